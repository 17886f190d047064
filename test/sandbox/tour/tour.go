package tour

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"sync"

	"paybridge/test/sandbox/company"
	"paybridge/test/sandbox/mall"
)

// Config describes the sandbox that the tour leads through.
type Config struct {
	// Mall and Company are the simulators, which the tour watches.
	Mall    *mall.Mall
	Company *company.Company
	// AppURL, MallURL and CompanyURL are where a browser finds the three.
	AppURL, MallURL, CompanyURL string
	// ServiceKey is what the mall signs with; empty means the value of the starting collection.
	ServiceKey string
	// StateFile keeps the stories between runs; empty means nowhere.
	StateFile string
	// Reset brings the whole sandbox back to its beginning.
	Reset func(context.Context) error
}

// Tour is the front of the sandbox: an http.Handler that passes on to the mall what is not its own. It must be closed.
type Tour struct {
	config  Config
	tape    *tape
	pages   *template.Template
	handler http.Handler

	playing context.Context //nolint:containedctx // The life of the stories that are being played.
	stop    context.CancelFunc
	played  sync.WaitGroup
}

// New makes a tour with the stories of the state file, and begins to watch. It fails when the file is damaged.
func New(config Config) (*Tour, error) {
	if config.ServiceKey == "" {
		config.ServiceKey = "mock_service_key"
	}
	pages, err := parsePages()
	if err != nil {
		return nil, fmt.Errorf("tour: pages: %w", err)
	}
	recorded, err := newTape(config.StateFile)
	if err != nil {
		return nil, err
	}
	t := &Tour{config: config, tape: recorded, pages: pages}
	t.playing, t.stop = context.WithCancel(context.Background())
	t.handler = t.routes()
	config.Mall.Watch(recorded.hear(mallIs))
	config.Company.Watch(recorded.hear(companyIs))
	return t, nil
}

// ServeHTTP serves the tour's pages and the mall behind them.
func (t *Tour) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.handler.ServeHTTP(w, r) }

// Reset forgets all stories.
func (t *Tour) Reset() { t.tape.clear() }

// Close ends the stories that are being played, and saves.
func (t *Tour) Close() error {
	t.stop()
	t.played.Wait()
	if err := t.tape.saver.Close(); err != nil {
		return fmt.Errorf("tour: %w", err)
	}
	return nil
}

func (t *Tour) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", t.showStart)
	routes.HandleFunc("GET /stories", t.showStories)
	routes.HandleFunc("GET /stories/{order}", t.showStory)
	routes.HandleFunc("GET /stories/{order}/steps", t.showSteps)
	routes.HandleFunc("GET /break", t.showBreak)
	routes.HandleFunc("POST /break/{name}", t.armFault)
	routes.HandleFunc("POST /play/{flow}", t.play)
	routes.HandleFunc("GET /start-afresh", t.askWhetherToStartAfresh)
	routes.HandleFunc("POST /start-afresh", t.startAfresh)
	routes.HandleFunc("GET /_sandbox/stories", t.listStories)
	routes.HandleFunc("GET /_sandbox/stories/{order}", t.giveStory)
	routes.HandleFunc("GET /tour.css", serveStyle)
	routes.Handle("/", t.config.Mall)
	return routes
}
