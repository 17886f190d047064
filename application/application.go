// Package application is everything paybridge can do. A use case is one file: a command (package
// command) changes something, a query (package query) answers something; both are Handlers, the only
// contract that driving adapters know.
//
// Doors come in through Commands and Queries, work that follows from events through Jobs.
package application

import (
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/merchant"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/domain/session"
	"paybridge/ports"
)

// Commands change something, on behalf of somebody outside.
type Commands struct {
	CreateCheckout       ports.Handler[command.CreateCheckout, command.PaymentPage]
	ReserveOrder         ports.Handler[command.ReserveOrder, command.Reserved]
	ReviewOrder          ports.Handler[command.ReviewOrder, command.Review]
	PayReservation       ports.Handler[command.PayReservation, command.PaymentPage]
	ApprovePayment       ports.Handler[command.ApprovePayment, command.BuyerReturn]
	RecordPaymentResult  ports.Handler[command.RecordPaymentResult, command.Received]
	RefundPayment        ports.Handler[command.RefundPayment, command.RefundAnswer]
	ConfirmRefundAnswer  ports.Handler[command.ConfirmRefundAnswer, struct{}]
	ConfirmStatusAnswer  ports.Handler[command.ConfirmStatusAnswer, struct{}]
	RecordRefundResult   ports.Handler[command.RecordRefundResult, command.Received]
	ReplayNotification   ports.Handler[command.ReplayNotification, ports.NoticeRow]
	ImportMerchants      ports.Handler[command.ImportMerchants, command.Imported]
	Reconcile            ports.Handler[command.Reconcile, command.Reconciled]
	ReconcileFromCompany ports.Handler[command.ReconcileFromCompany, command.Compared]
	ResolvePayment       ports.Handler[command.ResolvePayment, payment.Snapshot]
	ResolveRefund        ports.Handler[command.ResolveRefund, refund.Snapshot]
	RebuildReadModel     ports.Handler[command.RebuildReadModel, command.Rebuilt]
	ChangeKeyset         ports.Handler[command.ChangeKeyset, ports.KeysetChange]
	RenewScripts         ports.Handler[command.RenewScripts, command.Renewed]
	ResealSecrets        ports.Handler[command.ResealSecrets, command.Resealed]
	LaunchApp            ports.Handler[command.LaunchApp, command.Consent]
	InstallApp           ports.Handler[command.InstallApp, command.Installed]
	RecordAnnouncement   ports.Handler[command.RecordAnnouncement, command.Heard]
	LinkCredentials      ports.Handler[command.LinkCredentials, merchant.Credentials]
	UnlinkCredentials    ports.Handler[command.UnlinkCredentials, command.Unlinked]
	SwitchShop           ports.Handler[command.SwitchShop, merchant.Shop]
	ResumeSession        ports.Handler[command.ResumeSession, session.Session]
	ChangeLanguage       ports.Handler[command.ChangeLanguage, session.Session]
}

// Queries answer something and change nothing.
type Queries struct {
	Payments        ports.Handler[ports.PaymentFilter, []ports.PaymentRow]
	PaymentHistory  ports.Handler[query.PaymentHistory, []ports.LedgerRow]
	Notifications   ports.Handler[ports.NoticeFilter, []ports.NoticeRow]
	Merchants       ports.Handler[query.Merchants, []query.MerchantRow]
	Backlog         ports.Handler[query.Backlog, ports.Backlog]
	PaymentStatus   ports.Handler[query.PaymentStatus, query.Status]
	CheckoutButton  ports.Handler[query.CheckoutButton, query.Button]
	SignReservation ports.Handler[query.SignReservation, string]
	Keys            ports.Handler[query.Keys, []query.KeyRow]
	Panel           ports.Handler[query.Panel, query.PanelView]
}

// Jobs run the tasks of package task, one handler a kind.
type Jobs map[ports.TaskKind]ports.Handler[ports.Job, ports.Verdict]
