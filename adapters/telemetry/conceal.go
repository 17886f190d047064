package telemetry

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const concealed = "[secret]"

// secretName finds the keys whose values are not shown. "key" counts as a whole word only: key,
// api_key, publicKey, but not monkey.
var secretName = regexp.MustCompile(`(?i:secret|token|authorization|password|passphrase|cookie|hash_data|digest|hmac|keyset)` +
	`|(?:^|[^A-Za-z])(?i:key)(?:[^A-Za-z]|$)|[a-z]Key(?:[^a-z]|$)`)

// names remembers what was judged of the keys of log lines: they stand in the code, so there are few.
var names verdicts

type verdicts struct{ known sync.Map }

func (v *verdicts) secret(name string) bool {
	if judged, known := v.known.Load(name); known {
		return judged == true
	}
	judged := secretName.MatchString(name)
	v.known.Store(name, judged)
	return judged
}

var digitRun = regexp.MustCompile(`[0-9]{14,}`)

// conceal is a slog.HandlerOptions.ReplaceAttr.
func conceal(groups []string, a slog.Attr) slog.Attr {
	switch {
	case names.secret(a.Key) || slices.ContainsFunc(groups, names.secret):
		return slog.String(a.Key, concealed)
	case a.Value.Kind() == slog.KindString:
		return slog.String(a.Key, maskCards(a.Value.String()))
	case a.Value.Kind() == slog.KindAny:
		return slog.Attr{Key: a.Key, Value: concealAny(a.Value.Any())}
	default:
		return a
	}
}

// concealAny masks what a value looks like when it is written. A value that panics when it is asked,
// such as a nil error in an interface, must not take the log line down with it.
func concealAny(v any) (shown slog.Value) {
	defer func() {
		if recover() != nil {
			shown = slog.StringValue("!PANIC")
		}
	}()
	switch v := v.(type) {
	case slog.Level, *slog.Source, nil:
		return slog.AnyValue(v)
	case spanText:
		return slog.StringValue(string(v))
	case error:
		return slog.StringValue(maskCards(v.Error()))
	default:
		return concealJSON(v)
	}
}

// concealJSON masks inside a structured value, which JSON is the common form of.
func concealJSON(v any) slog.Value {
	text, err := json.Marshal(v)
	if err != nil {
		return slog.StringValue("!ERROR: " + maskCards(err.Error()))
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // large numbers stay what they are
	var tree any
	if err := decoder.Decode(&tree); err != nil {
		return slog.StringValue("!ERROR: " + err.Error())
	}
	if tree = concealTree(tree); tree == nil {
		return slog.AnyValue(nil)
	}
	if plain, ok := tree.(string); ok {
		return slog.StringValue(plain)
	}
	if text, err = json.Marshal(tree); err != nil {
		return slog.StringValue("!ERROR: " + err.Error())
	}
	return slog.AnyValue(json.RawMessage(text))
}

func concealTree(node any) any {
	switch node := node.(type) {
	case string:
		return maskCards(node)
	case []any:
		for i := range node {
			node[i] = concealTree(node[i])
		}
	case map[string]any:
		for key := range node {
			if secretName.MatchString(key) {
				node[key] = concealed
			} else {
				node[key] = concealTree(node[key])
			}
		}
	}
	return node
}

// maskCards masks what can be the number of a payment card: an unbroken run of 14 to 19 digits whose
// check digit is right (Luhn). Order numbers, times and phone numbers are none.
func maskCards(text string) string {
	if len(text) < 14 {
		return text
	}
	return digitRun.ReplaceAllStringFunc(text, func(run string) string {
		if len(run) > 19 || !luhn(run) {
			return run
		}
		return strings.Repeat("*", len(run))
	})
}

func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
