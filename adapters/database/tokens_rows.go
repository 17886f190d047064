package database

import (
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
)

type tokensRow struct {
	bun.BaseModel `bun:"table:tokens,alias:t"`

	MallID          string `bun:",pk"`
	SealedAccess    []byte
	SealedRefresh   []byte
	AccessUntil     time.Time `bun:",nullzero"`
	RefreshUntil    time.Time `bun:",nullzero"`
	Scopes          string
	RefreshingUntil time.Time `bun:",nullzero"`
	RevokedAt       time.Time `bun:",nullzero"`
	Requests        string
}

func toTokensRow(s merchant.TokensSnapshot) *tokensRow {
	requests := make([]string, len(s.Requests))
	for i, at := range s.Requests {
		requests[i] = strconv.FormatInt(at.UnixMicro(), 10)
	}
	return &tokensRow{
		MallID: string(s.Mall), SealedAccess: s.Grant.Access, SealedRefresh: s.Grant.Refresh,
		AccessUntil: s.Grant.AccessUntil, RefreshUntil: s.Grant.RefreshUntil, Scopes: strings.Join(s.Grant.Scopes, blank),
		RefreshingUntil: s.RefreshingUntil, RevokedAt: s.RevokedAt, Requests: strings.Join(requests, blank),
	}
}

func (r *tokensRow) tokens() (*merchant.Tokens, error) {
	s := merchant.TokensSnapshot{
		Mall: merchant.MallID(r.MallID), RefreshingUntil: r.RefreshingUntil.UTC(), RevokedAt: r.RevokedAt.UTC(),
		Grant: merchant.Grant{
			Access: r.SealedAccess, AccessUntil: r.AccessUntil.UTC(), Refresh: r.SealedRefresh, RefreshUntil: r.RefreshUntil.UTC(),
			Scopes: strings.Fields(r.Scopes),
		},
	}
	for text := range strings.FieldsSeq(r.Requests) {
		micros, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fault.Newf(fault.Internal, "broken_tokens", "the token requests of mall %s are not readable", r.MallID).Because(err)
		}
		s.Requests = append(s.Requests, time.UnixMicro(micros).UTC())
	}
	return merchant.RestoreTokens(s)
}
