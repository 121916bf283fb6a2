"""Ways to write a query that reads a column which no purpose lists, and queries that read none."""

import pytest

from tenure.errors import SpecError
from tenure.purposes.reading import check_sql, declared
from tests.unit.purposes.small import company

# Each reads orders.email, products.supplier or accounts.postcode, or does not let anybody tell.
QUERIES = (
    "SELECT email FROM orders",
    "SELECT EMAIL FROM ORDERS",
    'SELECT "eMail" FROM "Orders"',
    "SELECT /* nothing */ email -- of note\nFROM orders",
    "SELECT o.email FROM orders o",
    "SELECT email AS spend FROM orders",
    "SELECT spend AS email, email AS spend FROM orders",
    "SELECT e FROM orders AS o(customer_id, spend, e)",
    "SELECT * FROM orders",
    "SELECT o.* FROM orders o",
    "FROM orders",
    "FROM orders SELECT email",
    "TABLE orders",
    "SELECT * EXCLUDE (note, handle, twice_handle) FROM orders",
    "SELECT * REPLACE (1 AS spend) FROM orders",
    "SELECT COLUMNS('e.*') FROM orders",
    "SELECT o.COLUMNS('e.*') FROM orders o",
    "SELECT * LIKE 'e%' FROM orders",
    "SELECT #6 FROM orders",
    "SELECT $1 FROM orders",
    "SELECT orders FROM orders",
    "SELECT to_json(o) FROM orders o",
    "SELECT (o).email FROM orders o",
    "SELECT o['email'] FROM orders o",
    "SELECT unnest(o) FROM orders o",
    "SELECT hash(o) FROM orders o",
    "SELECT struct_pack(spend := email) FROM orders",
    "SELECT s.spend FROM (SELECT struct_pack(spend := email) AS s FROM orders)",
    "SELECT handle FROM orders",
    "SELECT twice_handle FROM orders",
    "SELECT spend FROM orders WHERE email LIKE '%.org'",
    "SELECT spend FROM orders ORDER BY email",
    "SELECT count(*) FROM orders GROUP BY email",
    "SELECT sum(spend) FROM orders GROUP BY CUBE(spend, email)",
    "SELECT sum(spend) FROM orders HAVING max(email) > ''",
    "SELECT sum(spend) FILTER (WHERE email IS NULL) FROM orders",
    "SELECT CASE WHEN email IS NULL THEN spend END FROM orders",
    "SELECT arg_max(spend, email) FROM orders",
    "SELECT list(spend ORDER BY email) FROM orders",
    "SELECT DISTINCT ON (email) spend FROM orders",
    "SELECT row_number() OVER (PARTITION BY email) FROM orders",
    "SELECT sum(spend) OVER w FROM orders WINDOW w AS (PARTITION BY email)",
    "SELECT spend FROM orders QUALIFY row_number() OVER (ORDER BY email) = 1",
    "SELECT list_transform([1], x -> email) FROM orders",
    "SELECT email COLLATE NOCASE FROM orders",
    "WITH kept AS (SELECT * FROM orders) SELECT email FROM kept",
    "WITH orders AS (SELECT * FROM orders) SELECT email FROM orders",
    "WITH orders AS (SELECT 1 AS email) SELECT email FROM main.orders",
    "WITH RECURSIVE r AS (SELECT email FROM orders UNION ALL SELECT email FROM r) SELECT count(*) FROM r",
    "SELECT spend FROM (SELECT DISTINCT spend, email FROM orders)",
    "SELECT spend FROM (SELECT * FROM orders ORDER BY email LIMIT 1)",
    "SELECT spend FROM orders UNION SELECT email FROM orders",
    "SELECT spend, (SELECT max(supplier) FROM products) FROM orders",
    "SELECT spend FROM orders o WHERE EXISTS (SELECT 1 FROM accounts a WHERE a.postcode = o.product_id)",
    "SELECT spend IN (SELECT length(postcode) FROM accounts) FROM orders",
    "SELECT spend FROM orders LIMIT (SELECT count(email) FROM orders)",
    "SELECT l.e FROM orders o, LATERAL (SELECT o.email AS e) l",
    "SELECT x FROM (VALUES ((SELECT max(email) FROM orders))) t(x)",
    "SELECT spend FROM orders o JOIN products p ON o.email = p.product_id",
    "SELECT spend FROM orders o ANTI JOIN products p ON p.supplier = o.product_id",
    "SELECT o.spend FROM orders o JOIN orders other USING (email)",
    "SELECT spend FROM orders NATURAL JOIN (SELECT email, 1 AS one FROM orders)",
    'SELECT postcode FROM "validated/accounts"',
    'SELECT v.email FROM "validated/orders" v',
    "PIVOT orders ON email USING sum(spend)",
    "SELECT * FROM orders PIVOT (sum(spend) FOR email IN ('a'))",
    "UNPIVOT orders ON email INTO NAME n VALUE v",
    "SUMMARIZE orders",
    "DESCRIBE orders",
    "SELECT * FROM query('SELECT email FROM orders')",
    "SELECT * FROM query_table('orders')",
    "SELECT * FROM read_parquet('lake/orders/*.parquet')",
    "SELECT * FROM 'lake/orders/part-0.parquet'",
    "SELECT * FROM duckdb_columns()",
    "SELECT * FROM information_schema.columns",
    "SELECT email FROM other.main.orders",
    "SELECT email FROM raw_orders",
    "SELECT spend FROM orders; SELECT email FROM orders",
    "CREATE VIEW kept AS SELECT email FROM orders",
    "COPY (SELECT email FROM orders) TO 'emails.csv'",
    "INSERT INTO kept SELECT email FROM orders",
    "EXECUTE prepared",
    "SELECT c4 FROM (SELECT * EXCLUDE (day, available_at) FROM orders) AS a(c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)",
    "WITH a(c1, c2, c3, c4, c5, c6) AS (FROM orders) SELECT c5 FROM a",
    "WITH kept AS (SELECT o.* FROM orders o) SELECT c5 FROM kept AS a(c1, c2, c3, c4, c5, c6)",
    "SELECT plan FROM (SELECT 'x' AS customer_id, 'y' AS plan UNION ALL (SELECT * FROM accounts))",
    "SELECT spend FROM (SELECT spend, email AS z FROM orders ORDER BY ALL LIMIT 5)",
    "SELECT spend FROM (SELECT spend, email AS z FROM orders ORDER BY 2 LIMIT 5)",
    "SELECT spend FROM orders SEMI JOIN (SELECT email AS customer_id FROM orders) USING (customer_id)",
)
MAY = (
    "SELECT spend, large FROM orders WHERE at IS NOT NULL",
    "SELECT count(*) FROM orders",
    "WITH kept AS (SELECT * FROM orders) SELECT spend FROM kept",
    "SELECT spend FROM (SELECT spend, email FROM orders)",
    "SELECT sum(o.spend) FROM (SELECT rows.*, p.department FROM orders AS rows LEFT JOIN products AS p USING (product_id)) AS o",
    'SELECT plan, "day", available_at, is_gone FROM "validated/accounts"',
    "SELECT 'email' AS email FROM orders",
    "SELECT x FROM (SELECT spend, product_id FROM orders) AS a(x, y)",
    "SELECT plan FROM (SELECT customer_id, plan FROM accounts UNION ALL SELECT customer_id, product_id FROM orders)",
)


@pytest.mark.parametrize("text", QUERIES)
def test_a_query_that_reads_what_no_purpose_lists_is_refused(text: str) -> None:
    """Before it runs, and in a sentence."""
    project = company()
    with pytest.raises(SpecError) as error:
        check_sql(project, declared(project), text, "It reads")

    assert str(error.value).endswith(".")


@pytest.mark.parametrize("text", MAY)
def test_a_query_of_listed_columns_runs(text: str) -> None:
    """Columns that an inner query has and nothing asks for are not read."""
    project = company()
    check_sql(project, declared(project), text, "It reads")
