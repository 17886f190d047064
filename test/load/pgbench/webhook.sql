-- What a company's webhook about a known payment costs until it is answered, as adapters/database
-- sends it:
--
--   Orders.Payments   the payment with its order, by the company's code;
--   Merchants.Get     the merchant, for the key that the digest is made with;
--   Inbox.Receive     the letter and the waking of the job that asks, in one statement.
--
-- It runs on the payments of webhook_payments.sql. `code <> ''` is said because a prepared statement
-- cannot conclude it from its parameter, and the index holds no other codes. Keep it right as checkout.sql says.

\set turn :turn + 1
\set letter 10000000000000 + :turn * 1000 + :client_id
\set n 20000000000000 + random(1, 10000)

SELECT o.id, o.mall_id, o.shop_no, o.number, o.merchant_id, o.status_key, o.way, o.partner_id, o.amount_text, o.pay_method, o.return_url,
    o.notify_url, o.extra_data, o.received_at, o.counted_payment, o.told, o.told_at, o.refund_count, o.created_at, o.version, o.mall_cancelled_at, p.id, p.order_id,
    p.attempt, p.state, p.doubt_call, p.doubt_since, p.hold, p.amount_minor, p.currency,
    p.refunded_minor, p.refunded_at, p.returned_minor, p.disputed_minor, p.gateway, p.fingerprint,
    p.credentials_version, p.reference, p.idempotency_key, p.code, p.page_url, p.fresh_until, p.handed_out_at, p.created_at, p.changed_at,
    p.asked_at, p.empty_since, p.trace
FROM orders AS o JOIN payments AS p ON p.order_id = o.id
WHERE p.gateway = 'demo' AND p.code = 'pg-order-20261103-' || :n AND p.code <> ''
ORDER BY p.created_at DESC, p.id DESC LIMIT 10;

SELECT m.id, m.mall_id, m.domains, m.created_at, m.version, c.merchant_id, c.version, c.gateway, c.fingerprint, c.public_key, c.sealed,
    c.created_at, c.retired_at, s.merchant_id, s.shop_no, s.position, s.name, s.currency, s.enabled, s.external_checkout,
    (SELECT string_agg(i.partner_id, ' ' ORDER BY i.position) FROM partner_ids AS i WHERE i.merchant_id = s.merchant_id AND i.shop_no = s.shop_no)
FROM merchants AS m
LEFT JOIN credentials AS c ON c.merchant_id = m.id
LEFT JOIN shops AS s ON s.merchant_id = m.id
WHERE m.id IN (SELECT id FROM merchants WHERE id = '01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d')
ORDER BY m.mall_id, c.version, s.position;

WITH w0 AS (
    UPDATE outbox SET
        wakes = wakes + 1,
        try = CASE WHEN state = 'running' THEN try ELSE 0 END,
        run_at = CASE WHEN state IN ('done', 'dead') OR run_at > now() THEN now() ELSE run_at END,
        state = CASE WHEN state = 'running' THEN 'running' ELSE 'ready' END
    WHERE key = 'ask-01a20303ef1e722d93677b93213f7dcb9d' || :n
)
INSERT INTO webhooks AS w (identity, gateway, merchant_id, code, reference, state, amount_minor, currency, order_id, payment_id, count, first_at, last_at)
VALUES ('550c4855be4d85d48ae0f398195b2fb4c6e750fef6b66df457' || :letter, 'demo', '01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d',
    'pg-order-20261103-' || :n, '20261103-' || :n, 'paid', 306500, 'PHP', '01a20303ef1e722d93677b93213f7dcb9d' || :n,
    '01a20303ef1e722d93677b93213f7dcb9d' || :n, 1, now(), now())
ON CONFLICT (identity) DO UPDATE SET
    count = w.count + 1, last_at = EXCLUDED.last_at,
    payment_id = CASE WHEN w.order_id = '' THEN EXCLUDED.payment_id ELSE w.payment_id END,
    order_id = CASE WHEN w.order_id = '' THEN EXCLUDED.order_id ELSE w.order_id END;
