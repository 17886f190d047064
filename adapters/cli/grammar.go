package cli

import (
	"paybridge/domain/merchant"
	"paybridge/domain/order"
)

const description = "Connects Cafe24 malls with payment companies."

// grammar is every command with its arguments; the help is made from it.
type grammar struct {
	Verbose bool `help:"Show the cause of an error too."`

	Serve   serve `cmd:"" help:"Run the service until it is told to stop."`
	Ready   ready `cmd:"" help:"Ask the service that runs here whether it is ready, for health checks."`
	Migrate struct {
		Up     migrateUp     `cmd:"" help:"Apply all pending migrations."`
		Down   migrateDown   `cmd:"" help:"Revert the newest migration. What it stored is lost."`
		Status migrateStatus `cmd:"" help:"List the migrations and when they were applied."`
	} `cmd:"" help:"Change the schema of the database."`
	Merchants struct {
		List   merchantsList   `cmd:"" help:"List merchants with their shops and partner ids."`
		Import merchantsImport `cmd:"" help:"Store merchants, their keys and shops from a JSON file."`
	} `cmd:"" help:"Show and store merchants."`
	Payments struct {
		List paymentsList `cmd:"" help:"List payments, newest first."`
		Show paymentsShow `cmd:"" help:"Show everything that happened to an order."`
	} `cmd:"" help:"Show payments."`
	Notifications struct {
		List   notificationsList   `cmd:"" help:"List notifications to malls, newest first."`
		Show   notificationsShow   `cmd:"" help:"Show one notification, its body and how its tries ended."`
		Replay notificationsReplay `cmd:"" help:"Send a dead or waiting notification now."`
	} `cmd:"" help:"Show notifications to malls and send them again."`
	Reconcile reconcile `cmd:"" help:"Ask the companies now about open payments and refunds."`
	Resolve   struct {
		Payment resolvePayment `cmd:"" help:"Say how a payment ended, with evidence."`
		Refund  resolveRefund  `cmd:"" help:"Say how a refund ended, with evidence."`
	} `cmd:"" help:"End by a person's word what no question can end."`
	Readmodel struct {
		Rebuild readmodelRebuild `cmd:"" help:"Fill the read model from the database, while the service runs."`
	} `cmd:"" help:"Repair the read model of status questions."`
	Keys struct {
		New    keysNew    `cmd:"" help:"Print a new keyset for ENCRYPTION_KEYSET. Needs no configuration."`
		List   keysList   `cmd:"" help:"List the keys and how many secrets each has sealed."`
		Rotate keysRotate `cmd:"" help:"Replace the key that seals secrets, one step at a time."`
	} `cmd:"" help:"Make, show and replace encryption keys."`
	Doctor  doctor  `cmd:"" help:"Check the configuration and everything the service depends on."`
	Version version `cmd:"" help:"Print the version."`
}

// page is how much of a list is shown.
type page struct {
	Limit int `default:"50" placeholder:"N" help:"Show at most so many (default ${default})."`
}

// Validate is called by kong.
func (p page) Validate() error {
	if p.Limit < 1 {
		return wrong("--limit must be 1 or more")
	}
	return nil
}

// format is how a list is printed.
type format struct {
	JSON bool `name:"json" help:"Print JSON for scripts."`
}

// mallFilter narrows to one mall.
type mallFilter struct {
	Mall string `placeholder:"MALL" help:"Only of this mall."`
}

func (f mallFilter) mall() (merchant.MallID, error) {
	if f.Mall == "" {
		return "", nil
	}
	return merchant.ParseMallID(f.Mall)
}

// orderFilter narrows to the orders of one number.
type orderFilter struct {
	Order string `placeholder:"ORDER" help:"Only of this order, such as 20220519-0000029."`
}

func (f orderFilter) number() (order.Number, error) {
	if f.Order == "" {
		return "", nil
	}
	return order.ParseNumber(f.Order)
}
