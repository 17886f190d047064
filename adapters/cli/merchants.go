package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
)

// importLimit is far more than any list of merchants needs.
const importLimit = 8 << 20

type merchantsList struct {
	page
	format

	After string `placeholder:"MALL" help:"Only malls whose id comes after this one."`
}

// Run is called by kong.
func (c merchantsList) Run(ctx context.Context, s *session) error {
	after, err := mallFilter{Mall: c.After}.mall()
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		rows, err := app.Queries.Merchants.Handle(ctx, query.Merchants{After: after, Limit: c.Limit})
		if err != nil {
			return err
		}
		if err := c.print(s, rows); err != nil {
			return err
		}
		if len(rows) < c.Limit {
			return nil
		}
		return s.hint(true, fmt.Sprintf("%d are shown; --after %s shows what follows", c.Limit, rows[len(rows)-1].Mall))
	})
}

// print shows a line a shop: that is what Cafe24 calls for.
func (c merchantsList) print(s *session, merchants []query.MerchantRow) error {
	if c.JSON || len(merchants) == 0 {
		return list(s, c.format, merchants, "no merchants yet; `paybridge merchants import FILE` stores some", nil, nil)
	}
	lines := [][]string{{"MALL", "COMPANY", "PUBLIC KEY", "SHOP", "NAME", "CURRENCY", "ENABLED", "EXTERNAL", "PARTNER IDS"}}
	for _, m := range merchants {
		of := []string{string(m.Mall), dash(m.Gateway), dash(m.PublicKey)}
		for _, shop := range m.Shops {
			lines = append(lines, slices.Concat(of, shopCells(shop)))
		}
		if len(m.Shops) == 0 {
			lines = append(lines, slices.Concat(of, []string{"no shops"}))
		}
	}
	return s.table(lines)
}

func shopCells(s query.ShopRow) []string {
	return []string{strconv.Itoa(s.No), s.Name, s.Currency, yes(s.Enabled), yes(s.ExternalCheckout), dash(strings.Join(s.PartnerIDs, " "))}
}

type merchantsImport struct {
	File string `arg:"" help:"The JSON file; - reads standard input."`
}

// Help is shown by kong under the usage.
func (merchantsImport) Help() string {
	return `The file is a list of merchants:

    [{"mall_id": "demomall", "gateway": "demo",
      "public_key": "...", "secret_key": "...",
      "shops": [{"shop_no": 1, "shop_name": "Tindahan",
                 "currency_code": "PHP", "enabled": true,
                 "external_checkout": true}]}]

A shop may also name its partner_id, which is mall_id:index:public_key otherwise. Merchants are updated by mall, shops that are not named stay as they are, and nobody outside is called.`
}

// Run is called by kong.
func (c merchantsImport) Run(ctx context.Context, s *session) error {
	text, err := c.read(s.In)
	if err != nil {
		return err
	}
	merchants, problems := parseImport(text)
	if len(problems) > 0 {
		return &MisuseError{Subject: c.name(), Problems: problems, advice: "nothing was stored"}
	}
	return s.use(ctx, func(app App) error {
		done, err := app.Commands.ImportMerchants.Handle(ctx, command.ImportMerchants{Merchants: merchants})
		stored := plural(done.Merchants, "merchant", "merchants") + " with " + plural(done.Shops, "shop", "shops")
		if err != nil {
			failed := merchants[min(done.Merchants, len(merchants)-1)].Mall
			advice := fmt.Sprintf("this was about mall %s; stored before it: %s. Importing again is safe", failed, stored)
			if lacks := errors.Unwrap(fault.Of(err)); fault.Is(err, fault.Unsupported) && lacks != nil {
				advice = fmt.Sprintf("%v; %s", lacks, advice)
			}
			return &adviceError{error: err, advice: advice}
		}
		return s.print("imported " + stored + "\n")
	})
}

func (c merchantsImport) name() string {
	if c.File == "-" {
		return "standard input"
	}
	return c.File
}

func (c merchantsImport) read(stdin io.Reader) ([]byte, error) {
	from := stdin
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, wrong("%s cannot be read: %v", c.File, reason(err))
		}
		defer func() { _ = file.Close() }() // it was only read
		from = file
	}
	text, err := io.ReadAll(io.LimitReader(from, importLimit+1))
	switch {
	case err != nil:
		return nil, wrong("%s cannot be read: %v", c.name(), reason(err))
	case len(text) > importLimit:
		return nil, wrong("%s is larger than %d MiB", c.name(), importLimit>>20)
	}
	return text, nil
}

// reason is an error of the file system without the path, which was said already.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
