package bootstrap

import (
	"paybridge/adapters/telemetry"
	"paybridge/application"
	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/application/task"
	"paybridge/ports"
)

// Every use case is watched under its own name. Wire has no generic providers, so this list is
// written by hand.

func provideCommands(
	t *telemetry.Telemetry, createCheckout command.CreateCheckoutHandler, approve command.ApprovePaymentHandler,
	record command.RecordPaymentResultHandler, replay command.ReplayNotificationHandler, importing command.ImportMerchantsHandler,
	rebuild command.RebuildReadModelHandler, refund command.RefundPaymentHandler, confirmRefund command.ConfirmRefundAnswerHandler,
	confirmStatus command.ConfirmStatusAnswerHandler,
	recordRefund command.RecordRefundResultHandler, reconcile command.ReconcileHandler, fromCompany command.ReconcileFromCompanyHandler, keyset command.ChangeKeysetHandler,
	reserve command.ReserveOrderHandler, review command.ReviewOrderHandler, pay command.PayReservationHandler,
	reseal command.ResealSecretsHandler, resolvePayment command.ResolvePaymentHandler, resolveRefund command.ResolveRefundHandler,
	launch command.LaunchAppHandler, install command.InstallAppHandler, resume command.ResumeSessionHandler,
	link command.LinkCredentialsHandler, unlink command.UnlinkCredentialsHandler, switching command.SwitchShopHandler,
	announcement command.RecordAnnouncementHandler, renewScripts command.RenewScriptsHandler,
	language command.ChangeLanguageHandler,
) application.Commands {
	return application.Commands{
		CreateCheckout:       telemetry.Observe(t, "create checkout", createCheckout),
		ReserveOrder:         telemetry.Observe(t, "reserve order", reserve),
		ReviewOrder:          telemetry.Observe(t, "review order", review),
		PayReservation:       telemetry.Observe(t, "pay reservation", pay),
		ApprovePayment:       telemetry.Observe(t, "approve payment", approve),
		RecordPaymentResult:  telemetry.Observe(t, "record payment result", record),
		RefundPayment:        telemetry.Observe(t, "refund payment", refund),
		ConfirmRefundAnswer:  telemetry.Observe(t, "confirm refund answer", confirmRefund),
		ConfirmStatusAnswer:  telemetry.Observe(t, "confirm status answer", confirmStatus),
		RecordRefundResult:   telemetry.Observe(t, "record refund result", recordRefund),
		ReplayNotification:   telemetry.Observe(t, "replay notification", replay),
		ImportMerchants:      telemetry.Observe(t, "import merchants", importing),
		Reconcile:            telemetry.Observe(t, "reconcile", reconcile),
		ReconcileFromCompany: telemetry.Observe(t, "reconcile from company", fromCompany),
		ResolvePayment:       telemetry.Observe(t, "resolve payment", resolvePayment),
		ResolveRefund:        telemetry.Observe(t, "resolve refund", resolveRefund),
		RebuildReadModel:     telemetry.Observe(t, "rebuild read model", rebuild),
		ChangeKeyset:         telemetry.Observe(t, "change keyset", keyset),
		RenewScripts:         telemetry.Observe(t, "renew scripts", renewScripts),
		ResealSecrets:        telemetry.Observe(t, "reseal secrets", reseal),
		LaunchApp:            telemetry.Observe(t, "launch app", launch),
		InstallApp:           telemetry.Observe(t, "install app", install),
		RecordAnnouncement:   telemetry.Observe(t, "record announcement", announcement),
		LinkCredentials:      telemetry.Observe(t, "link credentials", link),
		UnlinkCredentials:    telemetry.Observe(t, "unlink credentials", unlink),
		SwitchShop:           telemetry.Observe(t, "switch shop", switching),
		ResumeSession:        telemetry.Observe(t, "resume session", resume),
		ChangeLanguage:       telemetry.Observe(t, "change language", language),
	}
}

func provideQueries(
	t *telemetry.Telemetry, views ports.Views, merchants ports.Merchants, view ports.StatusView, inquiry command.Inquiry,
	keys query.KeysHandler, button query.CheckoutButtonHandler, reservation query.SignReservationHandler,
	panel query.PanelHandler,
) application.Queries {
	status := query.PaymentStatusHandler{
		View: view, Orders: inquiry.Orders, Gateways: inquiry.Gateways, Asker: inquiry, Clock: inquiry.Clock, Answered: t.Status,
	}
	return application.Queries{
		Payments:        telemetry.ObserveQuery(t, "list payments", query.PaymentsHandler{Views: views}),
		PaymentHistory:  telemetry.ObserveQuery(t, "payment history", query.PaymentHistoryHandler{Views: views}),
		Notifications:   telemetry.ObserveQuery(t, "list notifications", query.NotificationsHandler{Views: views}),
		Merchants:       telemetry.ObserveQuery(t, "list merchants", query.MerchantsHandler{Merchants: merchants}),
		Backlog:         telemetry.ObserveQuery(t, "backlog", query.BacklogHandler{Views: views}),
		PaymentStatus:   telemetry.ObserveQuery(t, "payment status", status),
		CheckoutButton:  telemetry.ObserveQuery(t, "checkout button", button),
		SignReservation: telemetry.ObserveQuery(t, "sign reservation", reservation),
		Keys:            telemetry.ObserveQuery(t, "list keys", keys),
		Panel:           telemetry.ObserveQuery(t, "merchant panel", panel),
	}
}

func provideJobs(
	t *telemetry.Telemetry, reconcile command.ReconcilePaymentHandler, notify command.NotifyPaymentResultHandler,
	surplus command.RefundSurplusHandler, project command.ProjectStatusHandler, reconcileRefund command.ReconcileRefundHandler,
	notifyRefund command.NotifyRefundResultHandler, shops command.RefreshShopsHandler, closing command.ClosePaymentHandler,
) application.Jobs {
	notifying := telemetry.Observe(t, "notify payment result", notify)
	notifyingOfRefund := telemetry.Observe(t, "notify refund result", notifyRefund)
	return application.Jobs{
		task.AskPayment:    telemetry.Observe(t, "reconcile payment", reconcile),
		task.NotifyPaid:    notifying,
		task.NotifyUnpaid:  notifying,
		task.ClosePayment:  telemetry.Observe(t, "close payment", closing),
		task.RefundSurplus: telemetry.Observe(t, "refund surplus", surplus),
		task.AskRefund:     telemetry.Observe(t, "reconcile refund", reconcileRefund),
		task.RefreshShops:  telemetry.Observe(t, "refresh shops", shops),
		task.ProjectStatus: telemetry.Observe(t, "project status", project),

		task.NotifyRefunded:     notifyingOfRefund,
		task.NotifyRefundFailed: notifyingOfRefund,
	}
}
