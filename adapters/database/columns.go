package database

import (
	"reflect"

	"github.com/uptrace/bun"
)

// columns selects the columns of a row type from the table of that alias, named for a field that
// embeds the row with the prefix "alias_".
func columns[Row any](alias string) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, field := range q.DB().Table(reflect.TypeFor[Row]()).Fields {
			q = q.ColumnExpr("?.? AS ?", bun.Ident(alias), bun.Ident(field.Name), bun.Ident(alias+"_"+field.Name))
		}
		return q
	}
}
