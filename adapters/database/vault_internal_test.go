package database

import (
	"path/filepath"
	"slices"
	"testing"
)

// TestEveryColumnOfSealedSecretsIsInTheVault finds them by their names: what the vault does not know
// would be lost with an old key.
func TestEveryColumnOfSealedSecretsIsInTheVault(t *testing.T) {
	t.Parallel()
	db, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "paybridge.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var found []string
	err = db.read.NewSelect().TableExpr("sqlite_master AS m, pragma_table_info(m.name) AS c").
		ColumnExpr("m.name || '.' || c.name").Where("m.type = 'table'").Where("c.name LIKE '%sealed%'").Scan(t.Context(), &found)
	if err != nil || len(found) == 0 {
		t.Fatalf("found %v, %v", found, err)
	}
	var known []string
	for _, c := range sealedColumns {
		known = append(known, c.table+"."+c.column)
	}
	slices.Sort(found)
	slices.Sort(known)
	if !slices.Equal(found, known) {
		t.Errorf("the schema has %v, the vault knows %v", found, known)
	}
}
