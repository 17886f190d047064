package tour

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"paybridge/test/sandbox/flow"
)

// playTimeout bounds a story that is played at the press of a button.
const playTimeout = 2 * time.Minute

// tapeLag is the longest that a message may take to the tape, tapePoll how often it is looked for.
const (
	tapeLag  = 2 * time.Second
	tapePoll = 10 * time.Millisecond
)

// play serves POST /play/{flow}: begins a story and shows it while it goes on.
func (t *Tour) play(w http.ResponseWriter, r *http.Request) {
	wanted, exists := flow.Find(r.PathValue("flow"))
	if !exists {
		t.render(w, http.StatusNotFound, "message.html", view{Title: "No such story", Text: "There is no story of this name."})
		return
	}
	begun, failed := make(chan string, 1), make(chan error, 1)
	world := &flow.World{AppURL: t.config.AppURL, MallURL: t.config.MallURL, CompanyURL: t.config.CompanyURL, Begun: func(id string) { begun <- id }}
	t.played.Go(func() {
		ctx, cancel := context.WithTimeout(t.playing, playTimeout)
		defer cancel()
		failed <- wanted.Play(ctx, world)
	})
	select {
	case id := <-begun:
		t.lead(w, r, id, wanted)
	case err := <-failed:
		if len(begun) > 0 {
			t.lead(w, r, <-begun, wanted)
			return
		}
		text := "The story ended before there was an order."
		if err != nil {
			text = err.Error()
		}
		t.render(w, http.StatusInternalServerError, "message.html", view{Title: "The story could not begin", Text: text})
	case <-r.Context().Done():
	}
}

// lead sends the browser to the story of an order. Whoever plays may know of the order a moment before the tape does.
func (t *Tour) lead(w http.ResponseWriter, r *http.Request, id string, played flow.Flow) {
	mall := "mall=" + shopMall + "&"
	if id == beside {
		mall = ""
	}
	ctx, cancel := context.WithTimeout(r.Context(), tapeLag)
	defer cancel()
	ticker := time.NewTicker(tapePoll)
	defer ticker.Stop()
	for known := false; !known && ctx.Err() == nil; {
		if _, known = t.find("", id); !known {
			select {
			case <-ticker.C:
			case <-ctx.Done():
			}
		}
	}
	http.Redirect(w, r, "/stories/"+url.PathEscape(id)+"?"+mall+"flow="+played.Name, http.StatusSeeOther)
}

func (t *Tour) askWhetherToStartAfresh(w http.ResponseWriter, _ *http.Request) {
	t.render(w, http.StatusOK, "afresh.html", view{Title: "Start afresh?"})
}

// startAfresh serves POST /start-afresh.
func (t *Tour) startAfresh(w http.ResponseWriter, r *http.Request) {
	if err := t.config.Reset(r.Context()); err != nil {
		t.render(w, http.StatusInternalServerError, "message.html", view{Title: "The sandbox could not be reset", Text: err.Error()})
		return
	}
	http.Redirect(w, r, "/?fresh=yes", http.StatusSeeOther)
}
