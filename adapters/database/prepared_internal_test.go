package database

import (
	"strconv"
	"strings"
	"testing"
)

func TestTheShapeOfAStatementHoldsNoValueOfIt(t *testing.T) {
	t.Parallel()
	query := `WITH "w1" AS (UPDATE "payments" AS "p" SET "state" = 'it''s "paid"', "code" = 'x--y', "n" = 7 WHERE ("p"."id" = 'a1') ) ` +
		`INSERT INTO "orders" AS "o" ("v2", "raw") VALUES (306500, '\x7b00', NULL, DEFAULT, TRUE), (1.5, '$1', NULL, DEFAULT, FALSE) ON CONFLICT (key) DO NOTHING`
	shape, values, ok := shapeOf(query)
	want := `WITH "w1" AS (UPDATE "payments" AS "p" SET "state" = $1, "code" = $2, "n" = $3 WHERE ("p"."id" = $4) ) ` +
		`INSERT INTO "orders" AS "o" ("v2", "raw") VALUES ($5, $6, NULL, DEFAULT, TRUE), ($7, $8, NULL, DEFAULT, FALSE) ON CONFLICT (key) DO NOTHING`
	if !ok || shape != want {
		t.Fatalf("%v\n%s\nwant\n%s", ok, shape, want)
	}
	if got := strings.Join(values, "|"); got != `it's "paid"|x--y|7|a1|306500|\x7b00|1.5|$1` {
		t.Errorf("values %s", got)
	}
}

func TestWhatBunDoesNotWriteIsSentAsItIs(t *testing.T) {
	t.Parallel()
	for _, query := range []string{
		`SELECT E'\n'`, `SELECT 1 -- comment`, `SELECT /* c */ 1`, `SELECT $1`, `SELECT -5`, `SELECT 'open`, `SELECT "open`, `SELECT $$x$$`, `SELECT 1; SELECT 2`,
		"SELECT \x00", `SELECT B'1'`,
	} {
		if shape, _, ok := shapeOf(query); ok {
			t.Errorf("%q became %q", query, shape)
		}
	}
}

func TestAQuestionGivesUpOnlyTheTextsThatItAsksFor(t *testing.T) {
	t.Parallel()
	const query = `SELECT * FROM "orders" AS "o" WHERE (o.status_key = 'it''s') AND (o.status_key <> '') AND (o.merchant_id = 'm') AND "n" = 7`
	shape, args, ok := preparedQuestion(askedFor(t.Context(), "it's", "", "m"), query, nil)
	if want := `SELECT * FROM "orders" AS "o" WHERE (o.status_key = $1) AND (o.status_key <> '') AND (o.merchant_id = $2) AND "n" = 7`; !ok || shape != want {
		t.Errorf("%v %s", ok, shape)
	}
	if len(args) != 3 || args[1].Value != "it's" || args[2].Value != "m" || args[2].Ordinal != 3 {
		t.Errorf("%v", args)
	}
	if shape, _, ok := preparedQuestion(askedFor(t.Context(), "twice"), `SELECT 1 WHERE k = 'twice' UNION ALL SELECT 2 WHERE k = 'twice'`, nil); !ok ||
		shape != `SELECT 1 WHERE k = $1 UNION ALL SELECT 2 WHERE k = $1` {
		t.Errorf("%v %s", ok, shape)
	}
	for text, why := range map[string]string{"": "nothing is asked for", "other": "it is not there"} {
		if shape, _, ok := preparedQuestion(askedFor(t.Context(), text), `SELECT 'twice' WHERE k = 'twice'`, nil); ok {
			t.Errorf("%s, and yet %s", why, shape)
		}
	}
	if _, _, ok := preparedQuestion(t.Context(), query, nil); ok {
		t.Error("a question that nobody marked was prepared")
	}
}

// FuzzShapeOf puts the values back and must get the statement again.
func FuzzShapeOf(f *testing.F) {
	f.Add("it's", "306500", `{"LogKey":"a--b"}`)
	f.Add("", "0", "$1")
	f.Fuzz(func(t *testing.T, text, number, other string) {
		quoted := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
		if number == "" || strings.Trim(number, "0123456789") != "" {
			number = "7"
		}
		query := `INSERT INTO "t" ("a1", "b") VALUES (` + quoted(text) + `, ` + number + `, ` + quoted(other) + `)`
		shape, values, ok := shapeOf(query)
		if !ok || shape != `INSERT INTO "t" ("a1", "b") VALUES ($1, $2, $3)` {
			t.Fatalf("%q: %v %q", query, ok, shape)
		}
		if values[0] != text || values[1] != number || values[2] != other {
			t.Fatalf("%q: %q", query, values)
		}
		back := shape
		for i := len(values); i > 0; i-- {
			literal := quoted(values[i-1])
			if i == 2 {
				literal = values[1]
			}
			back = strings.Replace(back, "$"+strconv.Itoa(i), strings.ReplaceAll(literal, "$", "\x01"), 1)
		}
		if strings.ReplaceAll(back, "\x01", "$") != strings.ReplaceAll(query, "\x01", "$") {
			t.Fatalf("%q came back as %q", query, back)
		}
	})
}
