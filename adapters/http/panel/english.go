package panel

import (
	"paybridge/application/query"
	"paybridge/ports"
)

func english() Words {
	return Words{
		Tag: "en", Name: "English",
		Title: "Payments of your mall", Sections: "Sections", Language: "Language", AllWell: "Everything works. There is nothing to do.", Also: "Also:",
		Reference: "Reference", Never: "never", Now: "just now", Minutes: "%d min ago", Hours: "%d h ago", Days: "%d days ago",
		Keys: KeyWords{
			Title: "Payment company", None: "No payment company is linked.", Company: "Company", PublicKey: "Public key", SecretKey: "Secret key",
			EndsIn: "ends in %s", Hidden: "stored, never shown", Since: "Linked since",
			Enter:   "Enter the keys of your account at the payment company. They are tried there first, and the secret key is never shown again.",
			Replace: "Replace the keys", Link: "Link", Unlink: "Unlink", UnlinkHint: "All shops are turned off, and no new payment is taken with these keys.",
			Open:  "Still open at the company: %d payments, %d refunds. What shall become of them?",
			Drain: "Settle them first, then erase the secret key", Forget: "Erase the secret key now; I settle them by hand", UnlinkNow: "Unlink now",
		},
		Shops: ShopWords{
			Title: "Shops", None: "The mall has not told about its shops yet.", Remembered: "Cafe24 did not tell the shops just now. These are the ones last known.",
			Currency: "Currency", On: "on", Off: "off", TurnOn: "Turn on", TurnOff: "Turn off", ButtonShown: "payment button in the shop's pages",
			ShowButton: "Show payment button", HideButton: "Hide payment button", Unsupported: "The payment company does not take this currency.",
			Switching: "Somebody is switching this shop right now.", Interrupted: "A change was interrupted. Turn the shop on or off again to finish it.",
			Unlinked: "Link a payment company first.",
		},
		Health: HealthWords{
			Title: "Health", Checkout: "Last checkout", Letter: "Last webhook of the company", Told: "Last notification that the mall confirmed",
			Waiting: "Notifications on the way", Dead: "Notifications given up", Payments: "Open payments", Refunds: "Open refunds",
			Renewed: "Access token, renewed by itself", Until: "Access without opening the app", Company: "Payment company", NoAccess: "none",
			Reach: map[query.Reach]string{query.NotAsked: "not asked", query.Reached: "reachable, takes the keys", query.KeysRefused: "refuses the keys", query.Silent: "does not answer"},
		},
		Dead: DeadWords{
			Title: "Notifications given up", None: "Every notification reached the mall.", Tries: "Tries", LastTry: "Last try", Answer: "Answer", Replay: "Replay",
			Hint: "The mall did not confirm these, so it may not know about the money. Replay sends one again; it is safe to do twice.",
			Kinds: map[string]string{
				"notify_paid": "Paid", "notify_unpaid": "Not paid", "notify_refunded": "Refunded", "notify_refund_failed": "Refund failed",
			},
		},
		Payments: PaymentWords{
			Title: "Payments", None: "There are no payments yet.", NoneOf: "There is no payment of order %s.", Order: "Order id", Search: "Search", All: "All payments",
			Newest: "The newest are shown.", Attempt: "Attempt %d", Shop: "Shop %d", MallKnows: "The mall knows: %s", Held: "Waits for a person: %s", Doubt: "In doubt: %s",
			Surplus: "Paid twice: this one goes back", Refunds: "Refunds", Refund: "Refund %d", Ledger: "What happened", Details: "Details",
			States: map[string]string{
				"requested": "requested", "refused": "refused", "abandoned": "abandoned", "pending": "waiting for the buyer", "authorized": "approved", "expired": "expired",
				"cancelled": "cancelled", "failed": "failed", "paid": "paid",
			},
			RefundStates: map[string]string{
				"intended": "begun", "sent": "sent", "pending": "under way", "not_executed": "not carried out", "rejected": "rejected", "refunded": "refunded", "reversed": "came back",
			},
			Told:  map[string]string{"nothing": "nothing yet", "unpaid": "not paid", "paid": "paid"},
			Doors: map[string]string{"checkout": "checkout", "external": "payment button", "callback": "buyer's return", "webhook": "webhook", "reconciler": "asked by us", "notification": "notification", "status": "status question", "cancel": "cancel", "operator": "operator"},
			Events: map[string]string{
				"opened": "Payment begun", "requested_again": "Requested again", "page_handed_out": "Buyer sent to the payment page", "doubted": "Call may have happened",
				"asked_in_vain": "The company does not know it", "raised": "State changed", "code_learned": "Found at the company", "page_renewed": "Payment page still good",
				"put_on_hold": "Put on hold", "order_paid": "Order paid", "closed_unpaid": "Closed without payment", "surplus_found": "Paid twice", "outside_refund": "Refunded at the company",
				"requested_paid": "Requested though paid", "mall_told": "Mall told", "mall_refused": "Mall refused the notification", "refund_intended": "Refund begun",
				"refund_raised": "Refund state changed", "refund_contradicts": "Refund does not fit", "refund_asked_in_vain": "The company does not know the refund",
				"refund_requested_again": "Refund requested again", "refund_repeated": "Equal refund repeated", "refund_unproven": "Cancel refused: not proven",
				"refund_told": "Mall told of the refund", "refund_notice_refused": "Mall refused the refund notification", "mall_cancelled": "Mall cancelled",
				"confirmed": "Company confirmed", "dispute_changed": "Dispute changed", "resolved": "Decided by an operator", "amount_fixed": "Buyer agreed to the amount",
				"pay_taken": "Company took it", "pay_refused": "Company did not take it",
			},
		},
		Audit: AuditWords{
			Title: "Activity", None: "Nobody has changed anything yet.", System: "automatic",
			Deeds: map[ports.Deed]string{
				ports.AppInstalled: "App installed", ports.AppOpened: "Signed in", ports.AppRemoved: "App removed", ports.CredentialsLinked: "Keys linked",
				ports.CredentialsUnlinked: "Keys unlinked", ports.ShopEnabled: "Shop turned on", ports.ShopDisabled: "Shop turned off",
				ports.ShopsChanged: "Shops read from Cafe24", ports.NotificationReplayed: "Notification replayed",
			},
		},
		Findings: map[query.Finding]Advice{
			query.FindingNotInstalled:    {"The app has no access to your mall.", "Open the app again from your mall's admin and agree."},
			query.FindingRevoked:         {"Your mall has withdrawn the app's access.", "Open the app again from your mall's admin and agree."},
			query.FindingAccessEnded:     {"The app's access has ended, because it was not used for long.", "Open the app again from your mall's admin and agree."},
			query.FindingExpired:         {"The mall's subscription of the app has run out, so no payments are taken.", "Renew it in Cafe24's app store."},
			query.FindingClosed:          {"Cafe24 has closed the mall, so no payments are taken until it is open again.", "Ask Cafe24 why."},
			query.FindingNotLinked:       {"No payment company is linked, so no payments are taken.", "Enter the company's keys below."},
			query.FindingKeysLost:        {"The stored secret key cannot be read any more.", "Enter the company's keys again."},
			query.FindingKeysRefused:     {"The payment company refuses your keys, so payments fail.", "Copy them again from the company's site and replace them below."},
			query.FindingCompanySilent:   {"The payment company does not answer, so nobody can pay right now.", "Nothing is lost. Look again in some minutes, then ask the company."},
			query.FindingDead:            {"Your mall did not confirm some notifications, so it may not know about money.", "Replay them below."},
			query.FindingPaymentsRefused: {"Some payments cannot be asked about, because the company refuses the keys that they were made with.", "Ask whoever runs this service, and quote the order ids."},
			query.FindingPaymentsHeld:    {"Some payments do not fit what the company says and wait for a person.", "Ask whoever runs this service, and quote the order ids."},
			query.FindingInterrupted:     {"The change of a shop was interrupted.", "Turn that shop on or off again."},
			query.FindingLate:            {"Your mall is slow to confirm notifications.", "They are sent again by themselves. If it stays, ask Cafe24."},
			query.FindingMallSilent:      {"Cafe24 does not answer, so shops cannot be switched right now.", "Payments go on. Look again in some minutes."},
			query.FindingScopes:          {"Your mall did not grant the app everything that it needs.", "Open the app again from your mall's admin and agree to all rights."},
			query.FindingNoShop:          {"No shop takes payments.", "Turn a shop on below."},
			query.FindingExpiring:        {"The app's access ends soon.", "Open the app once from your mall's admin."},
		},
		Done: map[string]string{
			"linked": "The keys are linked.", "unlinked": "The keys are unlinked and all shops are off.", "switched": "The shop is switched.", "replayed": "The notification is sent again.",
		},
		Problems: map[string]string{
			"keys_refused": "The payment company refuses these keys. Nothing was stored.", "company_silent": "The payment company did not answer. Nothing was stored; please try again.",
			"open_money": "Payments or refunds are still open. Choose what shall become of them.", "currency_not_offered": "The payment company does not take the shop's currency.",
			"shop_switching": "Somebody else is switching this shop right now. Please look again in a moment.", "switch_lost": "Somebody else has switched this shop meanwhile.",
			"shop_enabled": "A shop was turned on meanwhile. Please try again.", "not_linked": "No payment company is linked. Enter its keys first.",
			"not_installed": "The app has no access to your mall. Open it again from your mall's admin.", "access_revoked": "Your mall has withdrawn the app's access. Open it again from your mall's admin.",
			"missing_scope": "Your mall did not grant this to the app. Open it again from your mall's admin and agree to all rights.",
			"notice_done":   "The mall has confirmed this notification already.", "superseded": "This notification is no longer true; the order has moved on.",
			"no_such_notice": "There is no such notification.", "invalid": "Something in the form is missing or malformed. Nothing was changed.",
			"busy": "Too many requests. Please wait a minute.", "away": "Something that is needed did not answer. Nothing is half done; please try again.", "other": "This could not be done.",
		},
	}
}
