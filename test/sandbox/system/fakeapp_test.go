package system_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// The test binary takes the app's place: started with FAKE_APP it understands the app's commands.
func TestMain(m *testing.M) {
	if mode := os.Getenv("FAKE_APP"); mode != "" {
		os.Exit(fakeApp(mode, strings.Join(os.Args[1:], " ")))
	}
	os.Exit(m.Run())
}

// fakeApp notes every command in the database file, so that tests see the order of the commands and what a reset deletes.
func fakeApp(mode, command string) int {
	database := strings.TrimPrefix(os.Getenv("DATABASE_URL"), "sqlite:")
	before, _ := os.ReadFile(database) // Before the first command there is none.
	file, err := os.OpenFile(database, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 1
	}
	_, _ = fmt.Fprintln(file, command)
	_ = file.Close()
	if strings.HasPrefix(command, "merchants list") {
		fmt.Println(known(string(before)))
	}
	if mode == "broken-import" && strings.HasPrefix(command, "merchants import") {
		fmt.Println("the merchants file is not to my taste")
		return 1
	}
	if command != "serve" {
		return 0
	}
	if mode == "broken-serve" {
		fmt.Println("CAFE24_SERVICE_KEY is missing")
		return 2
	}
	return serveFake()
}

// known are the merchants that the commands so far have imported.
func known(commands string) string {
	if strings.Contains(commands, "merchants import") {
		return `[{"mall_id":"demomall"},{"mall_id":"ectmtjpq001"}]`
	}
	return "[]"
}

func oauthURL(mall, path string) string {
	return strings.ReplaceAll(os.Getenv("CAFE24_API_BASE_URL"), "{mall_id}", mall) + "/api/v2/oauth/" + path
}

func tokenURL() string { return os.Getenv("PAYBRIDGE_PUBLIC_URL") + "/auth/token" }

// askOwner sends whoever opens the app to the mall's consent page, with the mall in a cookie.
func askOwner(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Set-Cookie", "mall="+r.URL.Query().Get("mall_id")+"; Secure; Path=/")
	query := url.Values{"response_type": {"code"}, "client_id": {"mock_client_id"}, "redirect_uri": {tokenURL()}, "scope": {"mall.read_store"}, "state": {"s"}}
	http.Redirect(w, r, oauthURL(r.URL.Query().Get("mall_id"), "authorize")+"?"+query.Encode(), http.StatusSeeOther)
}

// exchange takes the tokens of the mall in the cookie.
func exchange(w http.ResponseWriter, r *http.Request) {
	mall, err := r.Cookie("mall")
	if err != nil {
		http.Error(w, "no cookie", http.StatusForbidden)
		return
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {r.URL.Query().Get("code")}, "redirect_uri": {tokenURL()}}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodPost, oauthURL(mall.Value, "token"), strings.NewReader(form.Encode()))
	if err != nil {
		http.Error(w, "no address", http.StatusInternalServerError)
		return
	}
	request.SetBasicAuth("mock_client_id", "mock_client_secret")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	if err != nil || response.Body.Close() != nil || response.StatusCode != http.StatusOK {
		http.Error(w, "no token", http.StatusForbidden)
		return
	}
	http.Redirect(w, r, "/admin/display?mall_id="+mall.Value, http.StatusSeeOther)
}

func serveFake() int {
	slog.New(slog.NewJSONHandler(os.Stdout, nil)).Error("a bad day")
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ops := http.NewServeMux()
	ops.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	public := http.NewServeMux()
	public.HandleFunc("GET /environment", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(os.Environ()) })
	public.HandleFunc("GET /{$}", askOwner)
	public.HandleFunc("GET /auth/token", exchange)
	public.HandleFunc("GET /api/external-checkout/script", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "void 0") })
	public.HandleFunc("GET /crash", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	public.HandleFunc("GET /killed", func(http.ResponseWriter, *http.Request) { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL) })
	public.HandleFunc("POST /api/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"result_code":"0000","payment_url":"http://pay.example"}`)
	})
	for name, handler := range map[string]http.Handler{"PAYBRIDGE_OPS_ADDR": ops, "PAYBRIDGE_ADDR": public} {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", os.Getenv(name))
		if err != nil {
			return 1
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				os.Exit(1)
			}
		}()
	}
	<-ctx.Done()
	return 0
}
