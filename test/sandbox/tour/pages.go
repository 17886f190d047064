package tour

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/flow"
)

//go:embed pages/*.html pages/tour.css
var files embed.FS

// newestStories is how many stories the start page shows.
const newestStories = 4

// view is what a page shows. Every page has a title; the rest depends on the page.
type view struct {
	Title, Text                 string
	AppURL, MallURL, CompanyURL string
	Fresh                       bool
	Flows                       map[string]flow.Flow
	Troubles                    []flow.Flow
	Arms                        []arm
	Faults                      []string
	Stories                     []chapter
	Story                       chapter
	Flow                        flow.Flow
}

// chapter is a story with what mall and company think of the order now.
type chapter struct {
	Story
	Goods, Amount, MallSays string
	Payments                []holding
}

// holding is what the company holds under one code.
type holding struct{ Code, Letter, Paid, Refunded string }

func (t *Tour) showStart(w http.ResponseWriter, r *http.Request) {
	shown := view{Title: "Start here", Fresh: r.URL.Query().Get("fresh") != "", Faults: t.inForce(), Flows: map[string]flow.Flow{}}
	for _, one := range flow.All() {
		shown.Flows[one.Name] = one
	}
	orders := slices.DeleteFunc(t.chapters(), func(one chapter) bool { return one.Ref() == beside })
	shown.Stories = orders[:min(len(orders), newestStories)]
	t.render(w, http.StatusOK, "start.html", shown)
}

func (t *Tour) showStories(w http.ResponseWriter, _ *http.Request) {
	t.render(w, http.StatusOK, "stories.html", view{Title: "What was sent", Stories: t.chapters()})
}

func (t *Tour) showBreak(w http.ResponseWriter, r *http.Request) {
	shown := view{Title: "Break something", Arms: arms(), Faults: t.inForce(), Text: armed(r.URL.Query().Get("done"))}
	for _, one := range flow.All() {
		if one.Breaks {
			shown.Troubles = append(shown.Troubles, one)
		}
	}
	t.render(w, http.StatusOK, "break.html", shown)
}

func (t *Tour) showStory(w http.ResponseWriter, r *http.Request) {
	found, exists := t.find(r.URL.Query().Get("mall"), r.PathValue("order"))
	if !exists {
		t.render(w, http.StatusNotFound, "message.html", view{Title: "No such story", Text: "Nothing was sent about this order, or it was before the sandbox was started afresh."})
		return
	}
	shown := view{Title: "Order " + found.Ref(), Story: t.chapter(found)}
	if found.Ref() == beside {
		shown.Title = "Beside the orders"
	}
	shown.Flow, _ = flow.Find(r.URL.Query().Get("flow"))
	t.render(w, http.StatusOK, "story.html", shown)
}

// showSteps serves the moving part of a story's page.
func (t *Tour) showSteps(w http.ResponseWriter, r *http.Request) {
	found, exists := t.find(r.URL.Query().Get("mall"), r.PathValue("order"))
	if !exists {
		http.NotFound(w, r)
		return
	}
	t.render(w, http.StatusOK, "steps", view{Story: t.chapter(found)})
}

func (t *Tour) listStories(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, t.stories())
}

// giveStory serves GET /_sandbox/stories/{order}, for programs.
func (t *Tour) giveStory(w http.ResponseWriter, r *http.Request) {
	found, exists := t.find(r.URL.Query().Get("mall"), r.PathValue("order"))
	if !exists {
		control.WriteJSON(w, http.StatusNotFound, map[string]any{"code": http.StatusNotFound, "message": "no such story"})
		return
	}
	control.WriteJSON(w, http.StatusOK, found)
}

func (t *Tour) chapters() []chapter {
	var list []chapter
	for _, one := range t.stories() {
		list = append(list, t.chapter(one))
	}
	return list
}

func (t *Tour) chapter(told Story) chapter {
	shown := chapter{Story: told, MallSays: "unknown"}
	if order, exists := t.config.Mall.Order(told.Mall, told.Order); exists {
		shown.MallSays, shown.Amount = order.Standing(), order.Amount+" "+order.Currency
		for i, line := range order.Lines {
			if i > 0 {
				shown.Goods += ", "
			}
			shown.Goods += fmt.Sprintf("%d × %s", line.Quantity, line.Product)
		}
	}
	for _, code := range told.Codes {
		if held, exists := t.config.Company.Order(code); exists {
			shown.Payments = append(shown.Payments, holding{code, letter(held.Letter), held.Paid, held.Refunded})
		}
	}
	return shown
}

func parsePages() (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{"name": Name, "seconds": seconds, "milliseconds": milliseconds}).ParseFS(files, "pages/*.html")
}

// Name is a party of a step for people.
func Name(party string) string {
	return map[string]string{buyerIs: "Buyer", mallIs: "Mall", appIs: "paybridge", companyIs: "Company"}[party]
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

func (t *Tour) render(w http.ResponseWriter, status int, name string, shown view) {
	shown.AppURL, shown.MallURL, shown.CompanyURL = t.config.AppURL, t.config.MallURL, t.config.CompanyURL
	var page bytes.Buffer
	if err := t.pages.ExecuteTemplate(&page, name, shown); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	style, err := files.ReadFile("pages/tour.css")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=60")
	_, _ = w.Write(style)
}
