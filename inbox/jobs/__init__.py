"""The RQ door. A job unpacks ids and calls one service; running it twice does no harm."""
