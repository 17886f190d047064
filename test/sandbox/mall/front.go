package mall

import (
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strconv"

	"paybridge/test/sandbox/mall/platform"
)

// The pages that can carry scripts of apps and a payment button, as their meta path_role says.
const (
	productPage = "PRODUCT_DETAIL"
	basketPage  = "ORDER_BASKET"
)

// front is what Cafe24 writes into a page for its own scripts.
type front struct {
	Mall, Role string
	Shop       int
	Scripts    []assigned
	Apps       []sdkData
	Customer   customer
	Base       string
	Product    string
	// SDK and Box are as they should be, unless the page's address says otherwise: ?sdk=absent, broken or noscope, ?box=none.
	SDK, Box string
}

// assigned is a script of an app that the page loads.
type assigned struct {
	Source    string `json:"src"`
	Integrity string `json:"integrity,omitempty"`
	ClientID  string `json:"client_id"`
}

// sdkData says what an app may do with the front SDK.
type sdkData struct {
	ClientID string   `json:"client_id"`
	Scopes   []string `json:"scope"`
}

// theApp is the client id of the app.
const theApp = "mock_client_id"

// frontOf gathers what a page of a role needs.
func (m *Mall) frontOf(r *http.Request, who customer, role, product string) *front {
	skin, query := skinOf(r), r.URL.Query()
	app := sdkData{ClientID: theApp, Scopes: []string{"application", "order"}}
	if query.Get("sdk") == "noscope" {
		app.Scopes = []string{}
	}
	return &front{
		Mall: defaultMall, Role: role, Shop: skin.Shop, Customer: who, Base: skin.Base, Product: product, SDK: query.Get("sdk"), Box: query.Get("box"),
		Scripts: m.scriptsFor(r, skin.Shop, role), Apps: []sdkData{app},
	}
}

// OpenShop sets up in the first shop of a mall what the app sets up when that shop is switched on there: the payment gateway under
// its partner id, and the script with these bytes. Malls that the app was given by import begin so.
func (m *Mall) OpenShop(mall, partnerID string, script []byte) {
	m.platform.PutGateway(mall, platform.Gateway{ShopNo: 1, PartnerID: partnerID})
	m.platform.PutScript(mall, platform.ScriptTag{
		ShopNo: 1, Source: m.appURL() + scriptPath, Integrity: integrity(script), Pages: []string{productPage, basketPage},
	})
}

// scriptPath is where the app serves its script.
const scriptPath = "/api/external-checkout/script"

func integrity(script []byte) string {
	sum := sha512.Sum384(script)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

// scriptsFor are the scripts that the app has registered for a page. Where the app was never installed, the first shop has the one
// that an installation would have registered.
func (m *Mall) scriptsFor(r *http.Request, shop int, role string) []assigned {
	list, now := []assigned{}, "?vs="+m.now().UTC().Format("20060102150405")
	standing := m.platform.Mall(defaultMall)
	for _, tag := range standing.Scripts {
		if tag.ShopNo == shop && slices.ContainsFunc(tag.Pages, func(page string) bool { return page == role || page == "all" }) {
			list = append(list, withVersion(tag, now, len(list)))
		}
	}
	if len(list) > 0 || shop != 1 || standing.Installed {
		return list
	}
	source := m.appURL() + scriptPath
	integrity, served := m.integrityOf(r, source)
	if !served {
		return list
	}
	return append(list, withVersion(platform.ScriptTag{Source: source, Integrity: integrity, ClientID: theApp}, now, 0))
}

// withVersion is how Cafe24 changes the address of a script.
func withVersion(tag platform.ScriptTag, now string, n int) assigned {
	return assigned{Source: tag.Source + now + "." + strconv.Itoa(n+1) + "&client_id=" + tag.ClientID, Integrity: tag.Integrity, ClientID: tag.ClientID}
}

// integrityOf is what the app would have registered for its script, when it serves one.
func (m *Mall) integrityOf(r *http.Request, source string) (string, bool) {
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, source, nil)
	if err != nil {
		return "", false
	}
	response, err := m.config.HTTPClient.Do(request)
	if err != nil {
		return "", false
	}
	defer func() { _ = response.Body.Close() }()
	script, err := io.ReadAll(io.LimitReader(response.Body, maxAppAnswer))
	if err != nil || response.StatusCode != http.StatusOK {
		return "", false
	}
	return integrity(script), true
}

func serveFront(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, files, "front/"+r.PathValue("name"))
}
