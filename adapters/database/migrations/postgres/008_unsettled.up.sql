-- What the companies have not ended is listed, counted and measured by age, however much has ended.

CREATE INDEX payments_open ON payments (created_at, id) WHERE state IN ('requested', 'pending', 'authorized');
CREATE INDEX refunds_open_newest ON refunds (created_at, id) WHERE state IN ('intended', 'sent', 'pending');
