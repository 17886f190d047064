package ports

import "paybridge/domain/merchant"

// Storefront judges what a page of a mall says about the mall itself. No signature covers it.
type Storefront interface {
	// AcceptWays returns the address for notifications and the beginning of the mall's own pages, as they
	// are to be used, or Invalid. Both must be of this mall alone: no other mall that the installation
	// knows will do. What Cafe24 writes with http is upgraded.
	AcceptWays(mall merchant.MallID, domains []string, notify, pages string) (string, string, error)
}
