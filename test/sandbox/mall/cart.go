package mall

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The cart lives in a cookie of the browser: slug-quantity pairs. Nobody gains anything by changing it.
const cartCookie = "tindahan_cart"

const maxQuantity = 20

// cartLine is a product in the cart.
type cartLine struct {
	Product  product
	Quantity int
}

// Sum is the price of the line in pesos.
func (l cartLine) Sum() int { return l.Product.Price * l.Quantity }

type cart []cartLine

func readCart(r *http.Request) cart {
	cookie, err := r.Cookie(cartCookie)
	if err != nil {
		return nil
	}
	var lines cart
	for pair := range strings.SplitSeq(cookie.Value, "|") {
		slug, count, _ := strings.Cut(pair, ":")
		found, exists := findProduct(slug)
		quantity, err := strconv.Atoi(count)
		if exists && err == nil && quantity > 0 {
			lines = append(lines, cartLine{Product: found, Quantity: min(quantity, maxQuantity)})
		}
	}
	return lines
}

func (c cart) write(w http.ResponseWriter) {
	pairs := make([]string, 0, len(c))
	for _, line := range c {
		pairs = append(pairs, line.Product.Slug+":"+strconv.Itoa(line.Quantity))
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // The sandbox is served over plain HTTP.
		Name: cartCookie, Value: strings.Join(pairs, "|"), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// set changes the quantity of a product; add is added to what is there. Quantity 0 takes it out.
func (c cart) set(p product, quantity int, add bool) cart {
	at := slices.IndexFunc(c, func(line cartLine) bool { return line.Product.Slug == p.Slug })
	if at < 0 {
		c, at = append(c, cartLine{Product: p}), len(c)
	}
	if add {
		quantity += c[at].Quantity
	}
	c[at].Quantity = min(max(quantity, 0), maxQuantity)
	return slices.DeleteFunc(c, func(line cartLine) bool { return line.Quantity == 0 })
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
