package architecture_test

import (
	"slices"
	"testing"
	"testing/fstest"

	"paybridge/test/architecture"
)

func TestANameWithAWordThatSaysNothingIsFoundWhereItIsGiven(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"domain/a.go": {Data: []byte(`package utils
import pg "database/sql"
type sessionManager struct{ PGTid string }
func refundHelper(utilOf int) {
	pg_id := utilOf
	for _, helper := range []int{pg_id} { _ = helper }
}
`)},
		"adapters/http_utils/b.go": {Data: []byte("package web\n")},
	}

	problems, err := architecture.VagueNames(tree)

	expected := []string{
		`adapters/http_utils/b.go: "utils" names nothing`,
		`domain/a.go:1:9: utils: "utils" names nothing`,
		`domain/a.go:2:8: pg: "pg" names nothing`,
		`domain/a.go:3:6: sessionManager: "manager" names nothing`,
		`domain/a.go:3:29: PGTid: "pg" names nothing`,
		`domain/a.go:4:6: refundHelper: "helper" names nothing`,
		`domain/a.go:4:19: utilOf: "util" names nothing`,
		`domain/a.go:5:2: pg_id: "pg" names nothing`,
		`domain/a.go:6:9: helper: "helper" names nothing`,
	}
	if err != nil || !slices.Equal(problems, expected) {
		t.Errorf("got %q and error %v, expected %q", problems, err, expected)
	}
}

func TestTheNamesOfOthersAndLongerWordsAreLeftAlone(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{"adapters/database/db.go": {Data: []byte(`package database
import "github.com/jackc/pgx/v5"
type management struct{ pgxConn, upgrade *pgx.Conn }
type failing interface{ Helper() }
func mark(t testing.TB) { t.Helper(); _ = utils.CopyString("pg") }
`)}}

	problems, err := architecture.VagueNames(tree)
	if err != nil || len(problems) > 0 {
		t.Errorf("got %q and error %v, expected no problem", problems, err)
	}
}
