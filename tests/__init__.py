"""The tests. They mirror `inbox/`; journeys, browser, faults, bench and rules stand beside it."""
