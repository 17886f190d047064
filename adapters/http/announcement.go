package httpapi

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// announcementPath is where Cafe24 tells about malls.
const announcementPath = "/webhooks/cafe24"

// events are the numbers that mean something to us (protocol section 13).
var events = map[string]command.News{
	"90077": command.AppRemoved, "90078": command.AppExpired, "90079": command.AppRenewed,
	"90110": command.ShopsChanged, "90111": command.ShopsChanged, "90112": command.ShopsChanged,
	"90117": command.ShopsChanged, "90118": command.ShopsChanged, "90119": command.ShopsChanged,
	"90166": command.StoreClosed, "90167": command.StoreClosed, "90169": command.StoreClosed, "90168": command.StoreReopened,

	"MALL.APP.DELETED": command.AppRemoved, "MALL.APP.EXPIRED": command.AppExpired, // the form of 2019
}

// announced is a webhook of Cafe24, in both of its forms.
type announced struct {
	Number   json.RawMessage `json:"event_no"` // a number, or text
	Type     string          `json:"event_type"`
	Resource struct {
		about
		Sample about `json:"sample"` // one event nests what the others tell
	} `json:"resource"`
}

type about struct {
	Mall    string `json:"mall_id"`
	Deleted string `json:"deleted_date"`
	At      string `json:"event_datetime"`
}

// announcementReader reads what Cafe24 tells. Nothing of it is signed: a key that only Cafe24 knows comes
// with it.
type announcementReader struct{ key ports.Secret }

var (
	traceText = regexp.MustCompile(`^[!-~]{1,128}$`)
	eventText = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
)

func (d announcementReader) read(c *fiber.Ctx) (command.RecordAnnouncement, error) {
	key := d.key.Reveal()
	if key == "" || subtle.ConstantTimeCompare([]byte(c.Get("X-API-Key")), []byte(key)) != 1 {
		return command.RecordAnnouncement{}, fault.New(fault.Forbidden, "wrong_key", "the key of this request is not Cafe24's")
	}
	var told announced
	if err := json.Unmarshal(c.BodyRaw(), &told); err != nil {
		return command.RecordAnnouncement{}, fault.InvalidField("body", "is not an announcement of Cafe24")
	}
	in := command.RecordAnnouncement{Event: strings.Trim(string(told.Number), `"`), Trace: c.Get("X-Trace-ID")}
	if in.Event == "" || in.Event == "null" {
		in.Event = told.Type
	}
	if !eventText.MatchString(in.Event) {
		in.Event = "unreadable"
	}
	if !traceText.MatchString(in.Trace) {
		in.Trace = ""
	}
	of := told.Resource.about
	if of.Mall == "" {
		of = told.Resource.Sample
	}
	if mall, err := merchant.ParseMallID(of.Mall); err == nil {
		in.Mall, in.News, in.At = mall, events[in.Event], of.happened()
	}
	return in, nil
}

// happened is when; zero when it is not told in a way that has one meaning.
func (a about) happened() time.Time {
	for _, text := range []string{a.Deleted, a.At} {
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}

// replyHeard answers at once, whatever came of it.
func (s *Server) replyHeard(c *fiber.Ctx, heard command.Heard) error {
	s.needs.Logger.LogAttrs(c.UserContext(), slog.LevelInfo, "Cafe24 told about a mall",
		slog.String("event", heard.Event), slog.String("mall", string(heard.Mall)), slog.String("outcome", heard.Word))
	return c.Status(http.StatusOK).JSON(webhookAnswer{Message: "Success webhook"})
}
