package cafe24_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/ports"
	"paybridge/test/contract"
)

func newMall(t *testing.T, change func(*cafe24.Config)) *cafe24.Mall {
	t.Helper()
	hosts, err := cafe24.ParseHosts([]string{"*.cafe24.com"})
	if err != nil {
		t.Fatal(err)
	}
	c := cafe24.Config{Signer: newSigner(t), Hosts: hosts, AllowPrivate: true}
	if change != nil {
		change(&c)
	}
	m, err := cafe24.NewMall(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMallWithoutSignerOrWithAnUnknownEncodingIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := cafe24.NewMall(cafe24.Config{}); err == nil {
		t.Error("a mall without a signer")
	}
	if _, err := cafe24.NewMall(cafe24.Config{Signer: newSigner(t), Encoding: "xml"}); err == nil {
		t.Error("a mall that speaks XML")
	}
	if _, err := cafe24.NewMall(cafe24.Config{Signer: newSigner(t), Timeout: -1}); err == nil {
		t.Error("a mall with a negative timeout")
	}
}

func TestMallFulfilsItsContract(t *testing.T) {
	t.Parallel()
	contract.Mall(t, func(t *testing.T) contract.MallHarness {
		h := &harness{mall: newMall(t, nil)}
		h.server = httptest.NewServer(h)
		t.Cleanup(h.server.Close)
		return h
	})
}

// harness is a mall's receiver over real HTTP.
type harness struct {
	mall   ports.Mall
	server *httptest.Server

	mu       sync.Mutex
	mood     contract.MallMood
	received [][]byte
}

func (h *harness) Mall() ports.Mall { return h.mall }

func (h *harness) Meet(mood contract.MallMood) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.mood = mood
	if mood == contract.MallIsNotAtHome {
		h.server.Close()
	}
	return h.server.URL + "/Pay/Recv/openpg/PayReceiveNoty.php"
}

func (h *harness) Received() [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.received)
}

// ServeHTTP answers as the mood demands.
func (h *harness) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	h.mu.Lock()
	h.received = append(h.received, body)
	mood := h.mood
	h.mu.Unlock()
	switch mood {
	case contract.MallAccepts:
		answer(w, http.StatusOK, `{"result":"OK"}`)
	case contract.MallRefuses:
		answer(w, http.StatusOK, `{"result":"FAIL"}`)
	case contract.MallMumbles:
		answer(w, http.StatusOK, `<html>OK</html>`)
	case contract.MallMoved:
		w.Header().Set("Location", h.server.URL+"/elsewhere")
		answer(w, http.StatusTemporaryRedirect, "")
	case contract.MallKnowsNoPage:
		answer(w, http.StatusNotFound, "")
	case contract.MallIsBusy:
		answer(w, http.StatusTooManyRequests, "")
	case contract.MallFails:
		answer(w, http.StatusInternalServerError, `{"result":"OK"}`)
	case contract.MallHangs:
		<-r.Context().Done()
	case contract.MallCutsOff:
		panic(http.ErrAbortHandler)
	case contract.MallBreaksOff:
		w.Header().Set("Content-Length", "15")
		answer(w, http.StatusOK, `{"result"`)
		panic(http.ErrAbortHandler)
	case contract.MallIsNotAtHome: // the listener is closed
	}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // the client may be gone
}

// closedPort is an address of this machine that nobody listens on.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}
