package mall

import (
	"bytes"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"paybridge/test/sandbox/mall/platform"
)

// adminPath is where the owners of malls find their admin, and in it the app in a frame.
const adminPath = "/admin"

// adminView is what a page of the admin shows.
type adminView struct {
	Title, Mall, Told   string
	Malls               []string
	Installed           bool
	Shops               []adminShop
	LaunchURL, StartURL string
	Languages           []language
}

// adminShop is a shop with what the app has set up in it.
type adminShop struct {
	platform.Shop

	Gateway *platform.Gateway
	Scripts int
}

// language is one that an admin can be used in, which a launch tells the app.
type language struct{ Code, Tag, Name string }

func languages() []language {
	return []language{{"en_US", "en", "English"}, {"ko_KR", "ko", "한국어"}, {"ja_JP", "ja", "日本語"}}
}

func (m *Mall) adminRoutes(routes *http.ServeMux) {
	routes.HandleFunc("GET "+adminPath, m.cross(m.showMalls))
	routes.HandleFunc("GET "+adminPath+"/{mall}", m.cross(m.showApps))
	routes.HandleFunc("GET "+adminPath+"/{mall}/app", m.cross(m.showApp))
	routes.HandleFunc("POST "+adminPath+"/{mall}/app/remove", m.removeApp)
}

// cross serves the admin at 127.0.0.1: to a browser, that and the app's localhost are two sites, as a mall and an app are.
func (m *Mall) cross(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if host, port, err := net.SplitHostPort(r.Host); err == nil && host == "localhost" {
			http.Redirect(w, r, "http://"+net.JoinHostPort("127.0.0.1", port)+r.URL.RequestURI(), http.StatusSeeOther)
			return
		}
		serve(w, r)
	}
}

var mallName = regexp.MustCompile(`^[a-z0-9]{4,16}$`)

// showMalls lists the malls whose admin can be opened; with ?mall= it goes on to that one.
func (m *Mall) showMalls(w http.ResponseWriter, r *http.Request) {
	if asked := strings.TrimSpace(r.URL.Query().Get("mall")); asked != "" {
		http.Redirect(w, r, adminPath+"/"+url.PathEscape(asked), http.StatusSeeOther)
		return
	}
	known := append(m.platform.Malls(), defaultMall)
	slices.Sort(known)
	m.renderAdmin(w, http.StatusOK, "admin.html", adminView{Title: "Admin of a mall", Malls: slices.Compact(known)})
}

func (m *Mall) showApps(w http.ResponseWriter, r *http.Request) {
	mall := r.PathValue("mall")
	if !mallName.MatchString(mall) {
		m.noMall(w)
		return
	}
	standing := m.platform.Mall(mall)
	shown := adminView{Title: "Apps", Mall: mall, Installed: standing.Installed, Languages: languages()}
	switch r.URL.Query().Get("told") {
	case "yes":
		shown.Told = "The app was removed, and it was told."
	case "no":
		shown.Told = "The app was removed. It was told, but did not take it."
	}
	for _, shop := range m.platform.Shops(mall) {
		one := adminShop{Shop: shop}
		if at := slices.IndexFunc(standing.Gateways, func(g platform.Gateway) bool { return g.ShopNo == shop.No }); at >= 0 {
			one.Gateway = &standing.Gateways[at]
		}
		for _, script := range standing.Scripts {
			if script.ShopNo == shop.No {
				one.Scripts++
			}
		}
		shown.Shops = append(shown.Shops, one)
	}
	m.renderAdmin(w, http.StatusOK, "admin-apps.html", shown)
}

// showApp opens the app in a frame, by a link that is signed anew each time.
func (m *Mall) showApp(w http.ResponseWriter, r *http.Request) {
	mall := r.PathValue("mall")
	if !mallName.MatchString(mall) {
		m.noMall(w)
		return
	}
	spoken := ""
	for _, one := range languages() {
		if one.Code == r.URL.Query().Get("lang") {
			spoken = one.Code
		}
	}
	link := m.platform.LaunchURL(mall, platform.Launch{Lang: spoken})
	m.renderAdmin(w, http.StatusOK, "admin-app.html", adminView{Title: "paybridge", Mall: mall, LaunchURL: link})
}

// removeApp removes the app from a mall, as its owner can.
func (m *Mall) removeApp(w http.ResponseWriter, r *http.Request) {
	mall := r.PathValue("mall")
	if !mallName.MatchString(mall) {
		m.noMall(w)
		return
	}
	told := "yes"
	if status, err := m.platform.Remove(r.Context(), mall); err != nil || status != http.StatusOK {
		told = "no"
	}
	http.Redirect(w, r, adminPath+"/"+mall+"?told="+told, http.StatusSeeOther)
}

func (m *Mall) noMall(w http.ResponseWriter) {
	m.renderAdmin(w, http.StatusNotFound, "admin.html", adminView{
		Title: "There is no such mall", Told: "The id of a mall has 4 to 16 small letters and digits.", Malls: []string{defaultMall},
	})
}

func (m *Mall) renderAdmin(w http.ResponseWriter, status int, name string, shown adminView) {
	shown.StartURL = m.config.PublicURL + "/"
	var page bytes.Buffer
	if err := m.pages.ExecuteTemplate(&page, name, &shown); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
