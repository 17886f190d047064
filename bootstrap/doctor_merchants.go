package bootstrap

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"paybridge/adapters/cli"
	"paybridge/application/query"
	"paybridge/bootstrap/config"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

// census is what the doctor found about the merchants: malls, by what they lack.
type census struct {
	all                            int
	unlinked, closedOut, uninvited []string
	scopes                         map[string][]string // malls by the scope that they did not grant
}

const (
	// censusPage is how many merchants are looked at together.
	censusPage = 500
	// namesShown is how many malls a line names.
	namesShown = 5
)

func merchantChecks(ctx context.Context, c config.Config, t *Tools) []cli.Check {
	found, err := takeCensus(ctx, c, t)
	if err != nil {
		return []cli.Check{result("merchants", "", err, "are the migrations applied?")}
	}
	if found.all == 0 {
		return []cli.Check{{Name: "merchants", Health: cli.Warned, Detail: "none yet", Remedy: "let one open the app in the mall's admin, or import some with `paybridge merchants import FILE`"}}
	}
	checks := append([]cli.Check{{Name: "merchants", Health: cli.Healthy, Detail: fmt.Sprintf("%d", found.all)}}, companyChecks(ctx, t)...)
	checks = append(checks,
		lacking("linked", "every merchant has keys of a payment company", found.unlinked, "no payment company is linked for", "the merchant enters the company's keys in the app, or import them"),
		lacking("access", "every mall has given access", found.uninvited, "no access yet to", "the merchant must open the app once in the mall's admin; until then only signed checkouts and refunds work there"),
		lacking("access withdrawn", "by no mall", found.closedOut, "by", "the app was removed there, or its access ran out: the merchant must open the app once"),
	)
	for _, scope := range c.Cafe24.Scopes {
		if malls := found.scopes[scope]; len(malls) > 0 {
			checks = append(checks, lacking("scope "+scope, "", malls, "not granted by", "tick it for the app in Cafe24 Developers, then the mall's main operator opens the app and agrees"))
		}
	}
	return checks
}

// companyChecks fails for every company that merchants use and that is not offered: each of their payments is
// refused.
func companyChecks(ctx context.Context, t *Tools) []cli.Check {
	list, err := notOffered(ctx, t.DB, t.Gateways)
	if err != nil {
		return []cli.Check{result("companies", "", err, "are the migrations applied?")}
	}
	var checks []cli.Check
	for _, u := range list {
		checks = append(checks, cli.Check{
			Name: "company " + u.company, Health: cli.Failed, Detail: u.String(),
			Remedy: "set it for `paybridge serve` and start that again: until then every payment of theirs is refused",
		})
	}
	return checks
}

func lacking(name, fine string, malls []string, what, remedy string) cli.Check {
	if len(malls) == 0 {
		return cli.Check{Name: name, Health: cli.Healthy, Detail: fine}
	}
	detail := what + " " + strings.Join(malls[:min(len(malls), namesShown)], ", ")
	if more := len(malls) - namesShown; more > 0 {
		detail += fmt.Sprintf(" and %d more", more)
	}
	return cli.Check{Name: name, Health: cli.Warned, Detail: detail, Remedy: remedy}
}

func takeCensus(ctx context.Context, c config.Config, t *Tools) (census, error) {
	found := census{scopes: map[string][]string{}}
	var after merchant.MallID
	for {
		rows, err := t.Queries.Merchants.Handle(ctx, query.Merchants{After: after, Limit: censusPage})
		if err != nil {
			return found, err
		}
		for _, row := range rows {
			if err := found.count(ctx, c, t, row); err != nil {
				return found, err
			}
			after = row.Mall
		}
		if len(rows) < censusPage {
			return found, nil
		}
	}
}

func (f *census) count(ctx context.Context, c config.Config, t *Tools, row query.MerchantRow) error {
	tokens, err := t.Tokens.Get(ctx, row.Mall)
	if err != nil {
		return err
	}
	f.all++
	mall := string(row.Mall)
	if row.Gateway == "" {
		f.unlinked = append(f.unlinked, mall)
	}
	_, err = tokens.Access(t.Clock.Now())
	switch {
	case fault.Is(err, fault.Conflict):
		f.uninvited = append(f.uninvited, mall)
		return nil
	case fault.Is(err, fault.Forbidden), t.Clock.Now().After(tokens.Snapshot().Grant.RefreshUntil):
		f.closedOut = append(f.closedOut, mall)
		return nil
	}
	for _, scope := range slices.DeleteFunc(slices.Clone(c.Cafe24.Scopes), tokens.Has) {
		f.scopes[scope] = append(f.scopes[scope], mall)
	}
	return nil
}

// anyMall is a mall by which the malls' API can be asked, empty when there is none.
func anyMall(ctx context.Context, t *Tools) merchant.MallID {
	rows, err := t.Queries.Merchants.Handle(ctx, query.Merchants{Limit: 1})
	if err != nil || len(rows) == 0 {
		return ""
	}
	return rows[0].Mall
}
