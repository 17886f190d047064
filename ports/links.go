package ports

import (
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
)

// Links are the addresses of this service that are given to companies.
type Links interface {
	// Callback is where the buyer's browser returns to; it names the attempt.
	Callback(id payment.ID) string
	// SyncCallback is where the buyer of a synchronous checkout returns to; it carries the key that the
	// mall asks for the status by.
	SyncCallback(key StatusKey) string
	// Webhook is where the company reports; it names the gateway and the merchant.
	Webhook(gateway string, id merchant.ID) string
	// RefundWebhook is where the company reports about refunds.
	RefundWebhook(gateway string, id merchant.ID) string
}
