"""What is in a PostgreSQL database, to be put back when a test has changed it: that takes a
hundredth of the time in which PostgreSQL makes and removes a database.
"""

from psycopg import Connection, connect, sql

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
COUNTERS = (
    "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL"
    " FROM pg_sequences WHERE schemaname = 'public'"
)
SHAPE = (
    "SELECT (SELECT max(oid) FROM pg_class), (SELECT max(oid) FROM pg_constraint),"
    " (SELECT count(*) FROM pg_attribute)"
)
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Content:
    """The rows and counters of the database at this address, as they are now."""

    def __init__(self, url: str) -> None:
        with connect(url) as connection:
            tables = [sql.Identifier(name) for (name,) in connection.execute(TABLES)]
            rows = [(table, _rows(connection, table)) for table in tables]
            self._rows = [(table, found) for table, found in rows if found]
            self._shape = connection.execute(SHAPE).fetchone()
            counters = [
                sql.SQL("SELECT setval({}, {}, {})").format(name, last, called)
                for name, last, called in connection.execute(COUNTERS)
            ]
        away = [sql.SQL("DELETE FROM {}").format(table) for table in tables]
        self._begin = sql.SQL("; ").join(
            [sql.SQL("SET LOCAL session_replication_role = replica"), *away, *counters]
        )

    def put_back(self, url: str) -> bool:
        """Make a copy what it was, whoever is still connected to it. False when its tables are not
        the same any more.
        """
        with connect(url) as connection:
            connection.execute(END_OTHERS)
            if connection.execute(SHAPE).fetchone() != self._shape:
                return False
            connection.execute(self._begin)
            for table, rows in self._rows:
                with connection.cursor().copy(_copy(table, "FROM STDIN")) as copy:
                    copy.write(rows)
        return True


def _rows(connection: Connection, table: sql.Identifier) -> bytes:
    with connection.cursor().copy(_copy(table, "TO STDOUT")) as copy:
        return b"".join(copy)


def _copy(table: sql.Identifier, how: str) -> sql.Composed:
    return sql.SQL("COPY {} {}").format(table, sql.SQL(how))
