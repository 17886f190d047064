package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"
	"pgregory.net/rapid"

	"paybridge/adapters/telemetry"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// line logs one line as JSON and reads it back.
func line(t interface{ Fatal(...any) }, log func(*slog.Logger)) map[string]any {
	var out bytes.Buffer
	log(telemetry.NewLogger(&out, slog.LevelDebug, telemetry.JSON))
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err, out.String())
	}
	return got
}

func TestLinesNameTheSpanTheyBelongTo(t *testing.T) {
	t.Parallel()
	// Ids of decimal digits only, which are right card numbers by chance.
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{0x12, 0x34}, SpanID: trace.SpanID{0x41, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11}})
	ctx := trace.ContextWithSpanContext(t.Context(), span)
	got := line(t, func(l *slog.Logger) {
		l.With("door", "webhook").InfoContext(ctx, "stored", "order", "20220519-0000029")
	})
	if got["trace_id"] != "12340000000000000000000000000000" || got["span_id"] != "4111111111111111" {
		t.Errorf("got %v", got)
	}
	if got["msg"] != "stored" || got["level"] != "INFO" || got["door"] != "webhook" || got["order"] != "20220519-0000029" {
		t.Errorf("got %v", got)
	}
	if got = line(t, func(l *slog.Logger) { l.InfoContext(t.Context(), "no span") }); got["trace_id"] != nil {
		t.Errorf("got %v", got)
	}
}

type shop struct {
	Name   string
	Secret string
	Rows   []map[string]any
}

func TestCardNumbersAreMaskedWhereverTheyStand(t *testing.T) {
	t.Parallel()
	const card, masked = "4111111111111111", "****************"
	var out bytes.Buffer
	logger := telemetry.NewLogger(&out, slog.LevelInfo, telemetry.JSON)
	logger.WithGroup("g").With("with", card).InfoContext(t.Context(), "card "+card,
		"text", "a"+card+"b", "error", fault.New(fault.Invalid, "x", card).Because(errors.New(card)), "struct", shop{Name: card, Rows: []map[string]any{{"a": card}}},
		"list", []string{card}, "named", telemetry.Format(card), slog.Group("inner", "text", card))
	text := out.String()
	if strings.Contains(text, card) || strings.Count(text, masked) != 10 {
		t.Errorf("got %s", text)
	}
}

func TestOnlyRightCardNumbersAreMasked(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"4111111111111112":                  "", // wrong check digit
		"20220519-0000029":                  "",
		"4111-1111-1111-1111":               "", // not unbroken
		"411111111111":                      "",
		"79927398713":                       "", // right, but 11 digits
		"41111111111111111111111":           "", // longer than any card number
		"30569309025904":                    "**************",
		"6304000000000000000":               "*******************",
		"x=378282246310005;":                "x=***************;",
		"5555555555554444 5105105105105100": "**************** ****************",
	} {
		if want == "" {
			want = text
		}
		got := line(t, func(l *slog.Logger) { l.InfoContext(t.Context(), "x", "text", text) })
		if got["text"] != want {
			t.Errorf("%s became %v, want %s", text, got["text"], want)
		}
	}
}

// right is the textbook form of the check digit rule.
func right(number string) bool {
	sum := 0
	for i, fromRight := 0, len(number)-1; i < len(number); i, fromRight = i+1, fromRight-1 {
		d, _ := strconv.Atoi(number[i : i+1])
		if fromRight%2 == 1 {
			d = []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}[d]
		}
		sum += d
	}
	return sum%10 == 0
}

func TestMaskingIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{10,22}`).Draw(t, "digits")
		for last := range 10 {
			number := digits + strconv.Itoa(last)
			want := number
			if len(number) >= 14 && len(number) <= 19 && right(number) {
				want = strings.Repeat("*", len(number))
			}
			got := line(t, func(l *slog.Logger) { l.Info("x", "text", "<"+number+">") })
			if got["text"] != "<"+want+">" {
				t.Fatalf("%s became %v", number, got["text"])
			}
		}
	})
}

func TestValuesOfSecretKeysAreNotShown(t *testing.T) {
	t.Parallel()
	for _, key := range []string{
		"secret", "client_secret", "SecretKey", "access_token", "Authorization", "password", "hash_data", "digest", "hmac", "x-hmac-key",
		"key", "api_key", "key_id", "publicKey", "KEY", "cookie", "ENCRYPTION_KEYSET",
	} {
		for _, value := range []any{"canary", 4711, shop{Name: "canary"}, errors.New("canary")} {
			if got := line(t, func(l *slog.Logger) { l.InfoContext(t.Context(), "x", key, value) }); got[key] != "[secret]" {
				t.Errorf("%s shows %v", key, got[key])
			}
		}
	}
	for _, key := range []string{"monkey", "keyboard", "keys_count", "mall", "message", "order"} {
		if got := line(t, func(l *slog.Logger) { l.InfoContext(t.Context(), "x", key, "shown") }); got[key] != "shown" {
			t.Errorf("%s shows %v", key, got[key])
		}
	}
}

func TestSecretsInsideOfValuesAndGroupsAreNotShown(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, format := range []telemetry.Format{telemetry.JSON, telemetry.Text} {
		telemetry.NewLogger(&out, slog.LevelInfo, format).InfoContext(t.Context(), "x",
			"shop", shop{Name: "tindahan", Secret: "canary", Rows: []map[string]any{{"token": "canary"}}},
			slog.Group("authorization", "scheme", "canary"), "keys", ports.NewSecret("canary"))
	}
	if text := out.String(); strings.Contains(text, "canary") || strings.Count(text, "tindahan") != 2 {
		t.Errorf("got %s", text)
	}
}

func TestALineSurvivesEveryValue(t *testing.T) {
	t.Parallel()
	var noFault *fault.Error
	for name, value := range map[string]any{
		"a nil error in an interface": noFault, "a channel": make(chan int), "nothing": nil, "a large number": map[string]int64{"n": 1<<62 + 1},
	} {
		if got := line(t, func(l *slog.Logger) { l.InfoContext(t.Context(), "x", "value", value) }); got["msg"] != "x" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheLevelIsHeeded(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	telemetry.NewLogger(&out, slog.LevelWarn, telemetry.Text).InfoContext(t.Context(), "quiet")
	if out.Len() != 0 {
		t.Errorf("got %s", out.String())
	}
}
