-- A merchant and 10,000 pending payments for webhook.sql, as checkouts would have left them.

INSERT INTO merchants (id, mall_id, created_at, version) VALUES ('01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d', 'webhookmall', now(), 1);
INSERT INTO credentials (merchant_id, version, gateway, fingerprint, public_key, sealed, created_at)
    VALUES ('01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d', 1, 'demo', '1229c8fcbe19bde5', 'demo-app-public-key', repeat('s', 52)::bytea, now());
INSERT INTO shops (merchant_id, shop_no, position, name, currency, enabled, external_checkout)
    VALUES ('01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d', 1, 0, 'Tindahan', 'PHP', TRUE, FALSE);
INSERT INTO partner_ids (partner_id, merchant_id, shop_no, position)
    VALUES ('webhookmall-0-demo-app-public-key', '01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d', 1, 0);

INSERT INTO orders (id, mall_id, shop_no, number, merchant_id, status_key, way, partner_id, amount_text, pay_method, return_url, notify_url, extra_data,
    received_at, created_at, version)
SELECT '01a20303ef1e722d93677b93213f7dcb9d' || n, 'webhookmall', 1, '20261103-' || n, '01a20303ee6a793e9390b2448f995be28f93d3b2458b6a7d',
    '01a20303ef1e722d93677b93213f7dcb9d' || n, 'async',
    'webhookmall-0-demo-app-public-key', '3065.00', 'etc', 'https://webhookmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveRtnPage.php',
    'https://webhookmall.cafe24shop.com/Pay/Recv/openpg/PayReceiveNoty.php',
    '{"pgName":"pg-demo-app","orderId":"20261103-0000000","LogKey":"20261103-0000000","sRdrLogKey":"20261103-0000000"}', now(), now(), 3
FROM generate_series(20000000000001, 20000000010000) AS n;

INSERT INTO payments (id, order_id, attempt, state, amount_minor, currency, gateway, fingerprint, credentials_version, reference, idempotency_key,
    request, code, page_url, fresh_until, handed_out_at, created_at, changed_at, asked_at, trace)
SELECT '01a20303ef1e722d93677b93213f7dcb9d' || n, '01a20303ef1e722d93677b93213f7dcb9d' || n, 1, 'pending', 306500, 'PHP', 'demo', '1229c8fcbe19bde5', 1,
    '20261103-' || n, 'pay_a4060b2a498baaec93aa9759a2' || n, repeat('r', 380)::bytea, 'pg-order-20261103-' || n,
    'http://127.0.0.1-34653/pay/pg-order-20261103-' || n, now() + interval '10 min', now(), now(), now(), now(),
    '00-30e101dd06bc420856a50ef56f397112-ff7e9ba3de569538-00'
FROM generate_series(20000000000001, 20000000010000) AS n;

INSERT INTO outbox (key, kind, order_id, payment_id, stream, peer, state, run_at, trace, enqueued_at)
SELECT 'ask-01a20303ef1e722d93677b93213f7dcb9d' || n, 'ask_payment', '01a20303ef1e722d93677b93213f7dcb9d' || n,
    '01a20303ef1e722d93677b93213f7dcb9d' || n, '', 'company-demo-1229c8fcbe19bde5', 'ready', now() + interval '1 day',
    '00-30e101dd06bc420856a50ef56f397112-ff7e9ba3de569538-00', now()
FROM generate_series(20000000000001, 20000000010000) AS n;

ANALYZE;
