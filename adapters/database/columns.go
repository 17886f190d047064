package database

import (
	"reflect"
	"slices"
	"strings"
)

// columns lists the columns of a row type, selected from the table of that alias and named for a field
// that embeds the row with the prefix "alias_", but for those that are not wanted.
func columns[Row any](d *DB, alias string, unwanted ...string) string {
	var list []string
	for _, field := range d.read.Table(reflect.TypeFor[Row]()).Fields {
		if !slices.Contains(unwanted, field.Name) {
			list = append(list, alias+`."`+field.Name+`" AS "`+alias+"_"+field.Name+`"`)
		}
	}
	return strings.Join(list, ", ")
}

// distinct returns one side of joined rows, each row once and in their order. The zero key is the
// empty side of an outer join.
func distinct[Joined, Row any, Key comparable](rows []Joined, side func(Joined) Row, key func(Row) Key) []Row {
	var all []Row
	seen := map[Key]bool{*new(Key): true}
	for _, joined := range rows {
		row := side(joined)
		if k := key(row); !seen[k] {
			seen[k] = true
			all = append(all, row)
		}
	}
	return all
}
