package database

import (
	"context"

	"paybridge/domain/fault"
)

// Companies counts the merchants that are linked with each payment company now, whether it is offered or not.
func (d *DB) Companies(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		Gateway   string
		Merchants int
	}
	err := d.read.NewRaw("SELECT gateway, count(*) AS merchants FROM credentials WHERE retired_at IS NULL GROUP BY gateway").Scan(ctx, &rows)
	if err != nil {
		return nil, fault.Wrap(surely(err), "count the merchants of the companies")
	}
	companies := make(map[string]int, len(rows))
	for _, row := range rows {
		companies[row.Gateway] = row.Merchants
	}
	return companies, nil
}
