package platform

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
)

// ScriptTag is a script of the app in the pages of one shop.
type ScriptTag struct {
	ShopNo      int      `json:"shop_no"`
	No          string   `json:"script_no"`
	ClientID    string   `json:"client_id"`
	Source      string   `json:"src"`
	Pages       []string `json:"display_location"`
	Skins       []int    `json:"skin_no"`
	Excluded    []string `json:"exclude_path"`
	Integrity   string   `json:"integrity"`
	CreatedDate string   `json:"created_date"`
	UpdatedDate string   `json:"updated_date"`
}

// scriptRequest is what may be said about a script tag; what is left out stays as it is.
type scriptRequest struct {
	ShopNo  int `json:"shop_no"`
	Request struct {
		Source    *string  `json:"src"`
		Pages     []string `json:"display_location"`
		Skins     []int    `json:"skin_no"`
		Excluded  []string `json:"exclude_path"`
		Integrity *string  `json:"integrity"`
	} `json:"request"`
}

func (p *Platform) scriptRoutes(routes *http.ServeMux, base string) {
	read, write := api{"scripttags", "mall.read_application", scriptLimit}, api{"scripttags", "mall.write_application", scriptLimit}
	routes.HandleFunc("GET "+base+"admin/scripttags", p.admin(read, p.listScripts))
	routes.HandleFunc("GET "+base+"admin/scripttags/count", p.admin(read, p.countScripts))
	routes.HandleFunc("GET "+base+"admin/scripttags/{no}", p.admin(read, p.showScript))
	routes.HandleFunc("POST "+base+"admin/scripttags", p.admin(write, p.createScript))
	routes.HandleFunc("PUT "+base+"admin/scripttags/{no}", p.admin(write, p.updateScript))
	routes.HandleFunc("DELETE "+base+"admin/scripttags/{no}", p.admin(write, p.deleteScript))
}

// PutScript adds a script tag as it is, as if the app had made it once.
func (p *Platform) PutScript(mall string, tag ScriptTag) {
	p.change(mall, func(r *record) {
		if tag.No == "" {
			tag.No = r.nextScript()
		}
		if tag.ClientID == "" {
			tag.ClientID = p.config.ClientID
		}
		r.Scripts = append(r.Scripts, tag)
	})
}

// scriptsOf are the script tags that a listing asks for.
func (p *Platform) scriptsOf(c call) []ScriptTag {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := []ScriptTag{}
	for _, tag := range p.of(c.mall).Scripts {
		src := c.URL.Query().Get("src")
		if tag.ShopNo == c.shopNo && (src == "" || src == tag.Source) {
			found = append(found, tag)
		}
	}
	return found
}

func (p *Platform) listScripts(c call) answer {
	return answer{http.StatusOK, map[string]any{"scripttags": p.scriptsOf(c)}}
}

func (p *Platform) countScripts(c call) answer {
	return answer{http.StatusOK, map[string]any{"count": len(p.scriptsOf(c))}}
}

func (p *Platform) showScript(c call) answer {
	for _, tag := range p.scriptsOf(c) {
		if tag.No == c.PathValue("no") {
			return answer{http.StatusOK, map[string]any{"scripttag": tag}}
		}
	}
	return failed(http.StatusNotFound, "there is no such script tag")
}

func (p *Platform) createScript(c call) answer { return p.writeScript(c, true) }

func (p *Platform) updateScript(c call) answer { return p.writeScript(c, false) }

func (p *Platform) writeScript(c call, create bool) (got answer) {
	asked := scriptRequest{ShopNo: 1}
	if !readStrictly(c.Request, &asked) {
		return failed(http.StatusUnprocessableEntity, "the body holds something unknown or of the wrong type")
	}
	p.change(c.mall, func(r *record) {
		at := r.script(asked.ShopNo, c.PathValue("no"))
		switch {
		case !r.hasShop(asked.ShopNo):
			got = failed(http.StatusUnprocessableEntity, "shop_no is no shop of this mall")
		case !create && at < 0:
			got = failed(http.StatusNotFound, "there is no such script tag")
		default:
			got = p.putScript(r, at, asked)
		}
	})
	return got
}

// putScript changes the script tag at an index, or adds one when it is negative.
func (p *Platform) putScript(r *record, at int, asked scriptRequest) answer {
	now := koreanTime(p.now())
	one := ScriptTag{ShopNo: asked.ShopNo, ClientID: p.config.ClientID, CreatedDate: now}
	if at >= 0 {
		one = r.Scripts[at]
	} else {
		one.No = r.nextScript()
	}
	if asked.Request.Source != nil {
		one.Source = *asked.Request.Source
	}
	if asked.Request.Integrity != nil {
		one.Integrity = *asked.Request.Integrity
	}
	if asked.Request.Pages != nil {
		one.Pages = asked.Request.Pages
	}
	if asked.Request.Skins != nil {
		one.Skins = asked.Request.Skins
	}
	if asked.Request.Excluded != nil {
		one.Excluded = asked.Request.Excluded
	}
	one.UpdatedDate = now
	if problem := one.problem(); problem != "" {
		return failed(http.StatusUnprocessableEntity, problem)
	}
	if at >= 0 {
		r.Scripts[at] = one
		return answer{http.StatusOK, map[string]any{"scripttag": one}}
	}
	r.Scripts = append(r.Scripts, one)
	return answer{http.StatusCreated, map[string]any{"scripttag": one}}
}

var (
	pageRole  = regexp.MustCompile(`^(all|[A-Z][A-Z0-9_]*)$`)
	integrity = regexp.MustCompile(`^(sha384-[A-Za-z0-9+/]{64}|sha512-[A-Za-z0-9+/]{86}==)$`)
)

// problem is what the documentation forbids.
func (t ScriptTag) problem() string {
	source, err := url.Parse(t.Source)
	switch {
	case err != nil || !source.IsAbs() || source.Host == "":
		return "src is an absolute URL"
	case len(t.Pages) == 0 || slices.ContainsFunc(t.Pages, func(page string) bool { return !pageRole.MatchString(page) }):
		return "display_location is required and holds role codes, or all"
	case t.Integrity != "" && !integrity.MatchString(t.Integrity):
		return "integrity is sha384-... or sha512-..."
	}
	return ""
}

func (p *Platform) deleteScript(c call) (got answer) {
	p.change(c.mall, func(r *record) {
		at := r.script(c.shopNo, c.PathValue("no"))
		if at < 0 {
			got = failed(http.StatusNotFound, "there is no such script tag in shop "+strconv.Itoa(c.shopNo))
			return
		}
		got = answer{http.StatusOK, map[string]any{"scripttag": map[string]any{"script_no": r.Scripts[at].No}}}
		r.Scripts = slices.Delete(r.Scripts, at, at+1)
	})
	return got
}

func (r *record) script(shopNo int, no string) int {
	return slices.IndexFunc(r.Scripts, func(t ScriptTag) bool { return t.ShopNo == shopNo && t.No == no && no != "" })
}

// nextScript is the number of the next script tag: text of 16 digits.
func (r *record) nextScript() string {
	r.ScriptSerial++
	return fmt.Sprintf("%016d", 1_509_432_821_000_000+r.ScriptSerial)
}
