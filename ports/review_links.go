package ports

import "paybridge/domain/payment"

// ReviewLinks are the addresses of this service for buyers who review their order.
type ReviewLinks interface {
	// Review is where the buyer reviews; whoever has the address sees what the buyer sees.
	Review(token string) string
	// Agreed is where the buyer returns to from the company after having agreed.
	Agreed(id payment.ID) string
}
