package database

import (
	"context"
	"database/sql/driver"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Bun writes values into the statement, so the server sees a new text every time and plans it anew:
// for an order's writes, and for the questions for one and its merchant, that costs as much as running them. These
// few statements have few shapes, so their literals are taken out again and the shape is prepared, once
// for each connection.

type repeatedKey struct{}

// repeated marks the statements of ctx as ones whose shape comes again and again.
func repeated(ctx context.Context) context.Context {
	return context.WithValue(ctx, repeatedKey{}, true)
}

type askedForKey struct{}

// mostTexts is how many texts a prepared question may be asked with: what many writers ask for together has a
// shape that hardly comes again, and to prepare it costs more than to plan it.
const mostTexts = 4

// askedFor marks the questions of ctx as ones that differ in these texts only, wherever they stand in them;
// empty ones are not asked for. Nothing else is taken out: a question's constants tell the planner which
// partial indexes it may use.
func askedFor(ctx context.Context, texts ...string) context.Context {
	return context.WithValue(ctx, askedForKey{}, slices.DeleteFunc(texts, func(t string) bool { return t == "" }))
}

// preparedQuestion returns the shape and the values of a marked question, or false when it must be sent
// as it is.
func preparedQuestion(ctx context.Context, query string, given []driver.NamedValue) (string, []driver.NamedValue, bool) {
	texts, _ := ctx.Value(askedForKey{}).([]string)
	if len(texts) == 0 || len(texts) > mostTexts || len(given) > 0 {
		return "", nil, false
	}
	args := []driver.NamedValue{{Ordinal: 1, Value: pgx.QueryExecModeCacheStatement}}
	for i, text := range texts {
		literal := "'" + strings.ReplaceAll(text, "'", "''") + "'"
		if !strings.Contains(query, literal) {
			return "", nil, false
		}
		query = strings.ReplaceAll(query, literal, "$"+strconv.Itoa(i+1))
		args = append(args, driver.NamedValue{Ordinal: i + 2, Value: text})
	}
	return query, args, true
}

// prepared returns the shape and the values of a marked statement, or false when it must be sent as it
// is.
func prepared(ctx context.Context, query string, given []driver.NamedValue) (string, []driver.NamedValue, bool) {
	if marked, _ := ctx.Value(repeatedKey{}).(bool); !marked || len(given) > 0 {
		return "", nil, false
	}
	shape, values, ok := shapeOf(query)
	if !ok {
		return "", nil, false
	}
	args := []driver.NamedValue{{Ordinal: 1, Value: pgx.QueryExecModeCacheStatement}}
	for i, v := range values {
		args = append(args, driver.NamedValue{Ordinal: i + 2, Value: v})
	}
	return shape, args, true
}

// mostValues is how many parameters a shape may have, for the same reason; one write has at most a hundred.
const mostValues = 150

// shapeOf replaces the literals of a statement that Bun wrote, numbers and texts, by parameters. The
// values stay text, which the server reads as the type that the place demands, just as it reads a
// literal. Behind THEN and ELSE no place demands a type, and only constants of ours stand there: these
// stay. Whatever Bun does not write (comments, other quotes, signs before numbers) is not understood,
// and then nothing is replaced.
func shapeOf(query string) (shape string, values []string, ok bool) {
	w := shapeWriter{query: query}
	w.out.Grow(len(query))
	for at := 0; at < len(query); {
		if at = w.token(at); at < 0 {
			return "", nil, false
		}
	}
	return w.out.String(), w.values, len(w.values) <= mostValues
}

type shapeWriter struct {
	query  string
	out    strings.Builder
	values []string
	word   string // the last keyword or plain name
}

// token takes what begins at start and returns where it ends, or -1 when it is not understood.
func (w *shapeWriter) token(start int) int {
	switch c := w.query[start]; {
	case c == '"':
		return w.keep(start, closing(w.query, start, c))
	case c == '\'':
		end := closing(w.query, start, c)
		if end < 0 || (start > 0 && wordly(w.query[start-1])) {
			return -1
		}
		return w.replace(start, end, strings.ReplaceAll(w.query[start+1:end-1], "''", "'"))
	case digit(c):
		end := run(w.query, start, func(c byte) bool { return digit(c) || c == '.' })
		if start > 0 && w.query[start-1] == '-' {
			return -1
		}
		return w.replace(start, end, w.query[start:end])
	case wordly(c):
		end := run(w.query, start, wordly)
		w.word = w.query[start:end]
		return w.keep(start, end)
	case strings.IndexByte(" \n\t(),.=<>+*|:-", c) >= 0 && !strings.HasPrefix(w.query[start:], "--"):
		return w.keep(start, start+1)
	}
	return -1
}

func (w *shapeWriter) keep(start, end int) int {
	if end > start {
		w.out.WriteString(w.query[start:end])
	}
	return end
}

func (w *shapeWriter) replace(start, end int, value string) int {
	if w.word == "THEN" || w.word == "ELSE" {
		return w.keep(start, end)
	}
	w.values = append(w.values, value)
	w.out.WriteByte('$')
	w.out.WriteString(strconv.Itoa(len(w.values)))
	return end
}

func run(query string, start int, belongs func(byte) bool) int {
	end := start
	for end < len(query) && belongs(query[end]) {
		end++
	}
	return end
}

// closing returns the index behind the quote that closes the one at start; a doubled quote is one of
// the text.
func closing(query string, start int, quote byte) int {
	for i := start + 1; i < len(query); i++ {
		if query[i] != quote {
			continue
		}
		if i+1 < len(query) && query[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return -1
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// wordly are the characters of keywords and plain names, and of what follows the first one.
func wordly(c byte) bool {
	return c == '_' || digit(c) || (c|0x20 >= 'a' && c|0x20 <= 'z')
}
