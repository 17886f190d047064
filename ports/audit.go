package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
)

// Audit keeps who changed what at a mall. It only grows: nothing in it is changed or taken away.
type Audit interface {
	// Record appends an entry; its ID is ignored. Invalid "invalid_field" when the mall, who or the deed is
	// missing.
	Record(ctx context.Context, e AuditEntry) error
	// List returns what was done at a mall, the newest first.
	List(ctx context.Context, f AuditFilter) ([]AuditEntry, error)
}

// AuditEntry is one thing that somebody did.
type AuditEntry struct {
	ID     int64 // rises within the store
	Mall   merchant.MallID
	Who    string // the user id at Cafe24, the operator's name, or SystemActor
	Deed   Deed
	Detail string // what it was done to, for people; never a secret
	At     time.Time
}

// SystemActor did what nobody asked for: it followed from a word of Cafe24.
const SystemActor = "system"

// Deed is what was done, as a stable code: pages translate it.
type Deed string

// The deeds of people and of Cafe24 at a mall.
const (
	AppInstalled         Deed = "app_installed"
	AppOpened            Deed = "app_opened" // somebody signed in where it was installed
	AppRemoved           Deed = "app_removed"
	CredentialsLinked    Deed = "credentials_linked"
	CredentialsUnlinked  Deed = "credentials_unlinked"
	ShopEnabled          Deed = "shop_enabled"
	ShopDisabled         Deed = "shop_disabled"
	ShopsChanged         Deed = "shops_changed" // Cafe24 told of new names, currencies or domains
	NotificationReplayed Deed = "notification_replayed"
)

// Deeds are all of them.
func Deeds() []Deed {
	return []Deed{
		AppInstalled, AppOpened, AppRemoved, CredentialsLinked, CredentialsUnlinked, ShopEnabled, ShopDisabled, ShopsChanged, NotificationReplayed,
	}
}

// AuditFilter selects entries of one mall. Limit 0 means 50; Before, unless 0, leaves only smaller ids.
type AuditFilter struct {
	Mall   merchant.MallID
	Before int64
	Limit  int
}
