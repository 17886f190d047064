-- The two transactions of an asynchronous checkout, as adapters/database sends them:
--
--   Orders.Create   the order, its attempt, the event "opened" and the job that asks about it;
--   Orders.Save     the attempt with the company's answer and two more events.
--
-- Keep it right when tables or statements change: a test beside this file compares what it leaves
-- in the tables with what the app leaves. Statements can be read off a throw-away
-- server with `ALTER SYSTEM SET log_statement = 'all'`.
--
-- The app's reading of the merchant, which comes first, is left out: it is no transaction. Ids rise
-- like the app's and have their length. A colon before a letter or digit would be a variable to
-- pgbench, in a text, too: there are hyphens instead.

\set turn :turn + 1
\set n 10000000000000 + :turn * 1000 + :client_id

WITH w2 AS (
    INSERT INTO outbox AS j (id, key, kind, order_id, payment_id, stream, peer, state, try, woken, run_at, token, url, body,
        last_try, last_word, trace, enqueued_at)
    VALUES (DEFAULT, 'ask-01a20303ef1e722d93677b93213f7dcb9d' || :n, 'ask_payment', '01a20303ef1e722d93677b93213f7dcb9d' || :n,
        '01a20303ef1e722d93677b93213f7dcb9d' || :n, '', 'company-demo-1229c8fcbe19bde5', 'ready', 0, FALSE, now() + interval '10 s', '', '', NULL,
        DEFAULT, '', '00-30e101dd06bc420856a50ef56f397112-ff7e9ba3de569538-00', now())
    ON CONFLICT (key) DO UPDATE SET
        wakes = j.wakes + CASE WHEN j.state = 'running' THEN 1 ELSE 0 END,
        try = CASE WHEN j.state IN ('done', 'dead') THEN 0 ELSE j.try END,
        run_at = CASE WHEN j.state IN ('done', 'dead') OR EXCLUDED.run_at < j.run_at THEN EXCLUDED.run_at ELSE j.run_at END,
        state = CASE WHEN j.state = 'running' THEN 'running' ELSE 'ready' END
), w1 AS (
    INSERT INTO payments (id, order_id, attempt, state, doubt_call, doubt_since, hold, amount_minor, currency, refunded_minor, refunded_at, returned_minor,
        disputed_minor, gateway, fingerprint, credentials_version, reference, idempotency_key, request, code, page_url, fresh_until, handed_out_at, created_at,
        changed_at, asked_at, empty_since, trace)
    VALUES ('01a20303ef1e722d93677b93213f7dcb9d' || :n, '01a20303ef1e722d93677b93213f7dcb9d' || :n, 1, 'requested', '', DEFAULT, '', 306500, 'PHP',
        0, DEFAULT, 0, 0, 'demo', '1229c8fcbe19bde5', 1, '20261103-' || :n, 'pay_a4060b2a498baaec93aa9759a2' || :n,
        '{"reference_no":"20261103-0000000","amount":"3065.00","currency":"PHP","callback_url":"http://127.0.0.1-35959/api/asynchronous-checkout/checkout/callback?payment=01a20303ef1e722d93677b93213f7dcb9d432b4e3c18cf51","webhook_url":"http://127.0.0.1-35959/api/asynchronous-checkout/checkout/webhook/demo/01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d"}',
        '', '', DEFAULT, DEFAULT, now(), now(), DEFAULT, DEFAULT, '00-30e101dd06bc420856a50ef56f397112-ff7e9ba3de569538-00')
), w0 AS (
    INSERT INTO events (order_id, seq, kind, payment_id, refund_id, door, occurred_at, from_state, to_state, amount_minor, currency, note, trace_id)
    VALUES ('01a20303ef1e722d93677b93213f7dcb9d' || :n, 1, 'opened', '01a20303ef1e722d93677b93213f7dcb9d' || :n, '', 'checkout', now(), '',
        'requested', 306500, 'PHP', '', '30e101dd06bc420856a50ef56f397112')
)
INSERT INTO orders (id, mall_id, shop_no, number, merchant_id, status_key, way, partner_id, amount_text, pay_method, return_url, notify_url, extra_data,
    received_at, counted_payment, told, told_at, refund_count, created_at, version, mall_cancelled_at)
VALUES ('01a20303ef1e722d93677b93213f7dcb9d' || :n, 'demomall', 1, '20261103-' || :n, '01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d',
    '01a20303ef1e722d93677b93213f7dcb9d' || :n, 'async',
    'demomall-0-demo-app-public-key', '3065.00', 'etc', 'https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php',
    'https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php',
    '{"pgName":"pg-demo-app","orderId":"20261103-0000000","LogKey":"20261103-0000000","sRdrLogKey":"20261103-0000000"}',
    now(), '', 0, DEFAULT, 0, now(), 1, DEFAULT);

WITH w1 AS (
    UPDATE payments SET state = 'pending', doubt_call = '', doubt_since = DEFAULT, hold = '', refunded_minor = 0, refunded_at = DEFAULT, returned_minor = 0,
        disputed_minor = 0,
        code = 'pg-order-20261103-' || :n, page_url = 'http://127.0.0.1-34653/pay/pg-order-20261103-' || :n,
        fresh_until = now() + interval '10 min', handed_out_at = now(), changed_at = now(), asked_at = now(), empty_since = DEFAULT
    WHERE id = '01a20303ef1e722d93677b93213f7dcb9d' || :n
), w0 AS (
    INSERT INTO events (order_id, seq, kind, payment_id, refund_id, door, occurred_at, from_state, to_state, amount_minor, currency, note, trace_id)
    VALUES ('01a20303ef1e722d93677b93213f7dcb9d' || :n, 2, 'raised', '01a20303ef1e722d93677b93213f7dcb9d' || :n, '', 'checkout', now(), 'requested',
            'pending', 306500, 'PHP', '', '30e101dd06bc420856a50ef56f397112'),
        ('01a20303ef1e722d93677b93213f7dcb9d' || :n, 3, 'page_handed_out', '01a20303ef1e722d93677b93213f7dcb9d' || :n, '', 'checkout', now(), '',
            '', DEFAULT, DEFAULT, '', '30e101dd06bc420856a50ef56f397112')
)
UPDATE orders SET way = 'async', partner_id = 'demomall-0-demo-app-public-key', amount_text = '3065.00', pay_method = 'etc',
    return_url = 'https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php',
    notify_url = 'https://demomall.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php',
    extra_data = '{"pgName":"pg-demo-app","orderId":"20261103-0000000","LogKey":"20261103-0000000","sRdrLogKey":"20261103-0000000"}',
    received_at = now(), counted_payment = '', told = 0, told_at = DEFAULT, refund_count = 0, version = 3, mall_cancelled_at = DEFAULT
WHERE id = '01a20303ef1e722d93677b93213f7dcb9d' || :n;
