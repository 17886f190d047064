package mall

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The cart lives in a cookie of the browser: product, option and quantity of every line. Nobody gains anything by changing it.
const cartCookie = "tindahan_cart"

const maxQuantity = 20

// cartLine is a product in the cart.
type cartLine struct {
	Product  product
	Option   option
	Quantity int
}

// Sum is the price of the line in pesos.
func (l cartLine) Sum() int { return l.Price() * l.Quantity }

// Price is the price of one.
func (l cartLine) Price() int { return l.Product.Price + l.Option.Price }

func (l cartLine) is(p product, o option) bool {
	return l.Product.Slug == p.Slug && l.Option.ID == o.ID
}

// variant is Cafe24's code of product and option.
func (l cartLine) variant() string {
	return "P000000" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[l.Product.number():][:1] + l.Option.ID
}

// number is the line's own number.
func (l cartLine) number() int { return 3000 + 10*l.Product.number() + int(l.Option.ID[3]-'A') }

type cart []cartLine

func readCart(r *http.Request) cart {
	cookie, err := r.Cookie(cartCookie)
	if err != nil {
		return nil
	}
	var lines cart
	for pair := range strings.SplitSeq(cookie.Value, "|") {
		name, count, _ := strings.Cut(pair, ":")
		slug, id, _ := strings.Cut(name, ".")
		found, exists := findProduct(slug)
		chosen, complete := found.option(id)
		quantity, err := strconv.Atoi(count)
		if exists && complete && err == nil && quantity > 0 {
			lines = append(lines, cartLine{Product: found, Option: chosen, Quantity: min(quantity, maxQuantity)})
		}
	}
	return lines
}

func (c cart) write(w http.ResponseWriter) {
	pairs := make([]string, 0, len(c))
	for _, line := range c {
		pairs = append(pairs, line.Product.Slug+"."+line.Option.ID+":"+strconv.Itoa(line.Quantity))
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // The sandbox is served over plain HTTP.
		Name: cartCookie, Value: strings.Join(pairs, "|"), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// set changes the quantity of a product in one variant; add is added to what is there. Quantity 0 takes it out.
func (c cart) set(p product, o option, quantity int, add bool) cart {
	at := slices.IndexFunc(c, func(line cartLine) bool { return line.is(p, o) })
	if at < 0 {
		c, at = append(c, cartLine{Product: p, Option: o}), len(c)
	}
	if add {
		quantity += c[at].Quantity
	}
	c[at].Quantity = min(max(quantity, 0), maxQuantity)
	return slices.DeleteFunc(c, func(line cartLine) bool { return line.Quantity == 0 })
}

// orderLines are the lines as orders keep them.
func (c cart) orderLines() []Line {
	lines := make([]Line, 0, len(c))
	for _, line := range c {
		lines = append(lines, Line{Product: strings.TrimSpace(line.Product.Name + " " + line.Option.Text), Quantity: line.Quantity, Price: line.Price()})
	}
	return lines
}

func (c cart) count() (count int) {
	for _, line := range c {
		count += line.Quantity
	}
	return count
}

func (c cart) sum() (sum int) {
	for _, line := range c {
		sum += line.Sum()
	}
	return sum
}
