package database

import (
	"time"

	"github.com/uptrace/bun"

	"paybridge/domain/merchant"
	"paybridge/domain/session"
)

// operatorColumns are a person's, in both tables.
type operatorColumns struct {
	MallID   string
	UserID   string
	UserName string
	Role     uint8
	Language string
}

type launchRow struct {
	bun.BaseModel `bun:"table:launches,alias:l"`

	State   string `bun:",pk"`
	Browser string
	Until   time.Time
	operatorColumns
}

type sessionRow struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	ID        string `bun:",pk"`
	CreatedAt time.Time
	SeenAt    time.Time
	operatorColumns
}

func toOperatorColumns(o session.Operator) operatorColumns {
	return operatorColumns{MallID: string(o.Mall), UserID: o.UserID, UserName: o.UserName, Role: uint8(o.Role), Language: string(o.Language)}
}

func (c operatorColumns) operator() session.Operator {
	return session.Operator{
		Mall: merchant.MallID(c.MallID), UserID: c.UserID, UserName: c.UserName, Role: session.Role(c.Role), Language: session.Language(c.Language),
	}
}

func toLaunchRow(l session.Launch) *launchRow {
	return &launchRow{State: string(l.State), Browser: string(l.Browser), Until: l.Until, operatorColumns: toOperatorColumns(l.Operator)}
}

func (r *launchRow) launch() session.Launch {
	return session.Launch{
		State: session.Fingerprint(r.State), Browser: session.Fingerprint(r.Browser), Until: r.Until.UTC(), Operator: r.operator(),
	}
}

func toSessionRow(s session.Session) *sessionRow {
	return &sessionRow{ID: string(s.ID), CreatedAt: s.CreatedAt, SeenAt: s.SeenAt, operatorColumns: toOperatorColumns(s.Operator)}
}

func (r *sessionRow) session() session.Session {
	return session.Session{ID: session.Fingerprint(r.ID), CreatedAt: r.CreatedAt.UTC(), SeenAt: r.SeenAt.UTC(), Operator: r.operator()}
}
