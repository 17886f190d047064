package panel

import (
	"paybridge/application/query"
	"paybridge/ports"
)

func japanese() Words {
	return Words{
		Tag: "ja", Name: "日本語",
		Title: "ショップの決済", Sections: "メニュー", Language: "言語", AllWell: "すべて正常です。必要な操作はありません。", Also: "その他:",
		Reference: "お問い合わせ番号", Never: "なし", Now: "たった今", Minutes: "%d分前", Hours: "%d時間前", Days: "%d日前",
		Keys: KeyWords{ //nolint:gosec // names of keys, no keys
			Title: "決済会社", None: "決済会社は連携されていません。", Company: "会社名", PublicKey: "公開キー", SecretKey: "シークレットキー",
			EndsIn: "末尾 %s", Hidden: "保存済み(表示されません)", Since: "連携日時",
			Enter:   "決済会社のアカウントのキーを入力してください。先に決済会社で確認し、シークレットキーは二度と表示されません。",
			Replace: "キーを変更する", Link: "連携する", Unlink: "連携を解除", UnlinkHint: "すべてのショップの決済がオフになり、このキーで新しい決済は受け付けません。",
			Open:  "決済会社で未完了: 決済%d件、返金%d件。どのように処理しますか。",
			Drain: "完了を待ってからシークレットキーを消去する", Forget: "シークレットキーを今すぐ消去し、手作業で処理する", UnlinkNow: "今すぐ解除",
		},
		Shops: ShopWords{
			Title: "ショップ一覧", None: "ショップの一覧がまだ届いていません。", Remembered: "Cafe24から一覧を取得できなかったため、最後に届いた一覧を表示しています。",
			Currency: "通貨", On: "オン", Off: "オフ", TurnOn: "オンにする", TurnOff: "オフにする", ButtonShown: "ショップのページに決済ボタンを表示中",
			ShowButton: "決済ボタンを表示", HideButton: "決済ボタンを隠す", Unsupported: "決済会社がこの通貨に対応していません。",
			Switching: "別の人がこのショップを変更しています。", Interrupted: "変更が中断されました。もう一度オンまたはオフにして完了してください。",
			Unlinked: "先に決済会社を連携してください。",
		},
		Health: HealthWords{
			Title: "状態", Checkout: "最後の決済リクエスト", Letter: "決済会社からの最後のWebhook", Told: "ショップが最後に確認した通知",
			Waiting: "送信中の通知", Dead: "送信を断念した通知", Payments: "未完了の決済", Refunds: "未完了の返金",
			Renewed: "アクセストークン(自動更新)", Until: "アプリを開かなくてもよい期限", Company: "決済会社の応答", NoAccess: "権限なし",
			Reach: map[query.Reach]string{query.NotAsked: "未確認", query.Reached: "正常、キーは有効", query.KeysRefused: "キーを拒否", query.Silent: "応答なし"},
		},
		Dead: DeadWords{
			Title: "送信を断念した通知", None: "すべての通知がショップに届いています。", Tries: "試行回数", LastTry: "最後の試行", Answer: "応答", Replay: "再送する",
			Hint: "ショップが確認していないため、入金を把握していない可能性があります。再送は何度行っても安全です。",
			Kinds: map[string]string{
				"notify_paid": "支払い済み", "notify_unpaid": "未払い", "notify_refunded": "返金済み", "notify_refund_failed": "返金失敗",
			},
		},
		Payments: PaymentWords{
			Title: "決済", None: "決済はまだありません。", NoneOf: "注文%sの決済はありません。", Order: "注文番号", Search: "検索", All: "すべての決済",
			Newest: "最近の決済のみ表示しています。", Attempt: "%d回目", Shop: "ショップ%d", MallKnows: "ショップへの通知: %s", Held: "確認が必要: %s", Doubt: "不確実: %s",
			Surplus: "二重払い: 返金されます", Refunds: "返金", Refund: "返金%d", Ledger: "処理の履歴", Details: "詳細",
			States: map[string]string{
				"requested": "リクエスト済み", "refused": "拒否", "abandoned": "中断", "pending": "購入者を待機中", "authorized": "承認済み", "expired": "期限切れ",
				"cancelled": "キャンセル", "failed": "失敗", "paid": "支払い済み",
			},
			RefundStates: map[string]string{
				"intended": "開始", "sent": "送信済み", "pending": "処理中", "not_executed": "未実行", "rejected": "却下", "refunded": "返金済み", "reversed": "差し戻し",
			},
			Told:  map[string]string{"nothing": "まだなし", "unpaid": "未払い", "paid": "支払い済み"},
			Doors: map[string]string{"checkout": "決済リクエスト", "external": "決済ボタン", "callback": "購入者の復帰", "webhook": "Webhook通知", "reconciler": "決済会社への照会", "notification": "通知", "status": "状態照会", "cancel": "キャンセル要求", "operator": "運営者"},
			Events: map[string]string{
				"opened": "決済を開始", "requested_again": "再リクエスト", "page_handed_out": "決済ページへ移動", "doubted": "呼び出しが不確実",
				"asked_in_vain": "決済会社に存在しない", "raised": "状態が変化", "code_learned": "決済会社で確認", "page_renewed": "決済ページは有効",
				"put_on_hold": "保留", "order_paid": "注文の支払い完了", "closed_unpaid": "未払いで終了", "surplus_found": "二重払い", "outside_refund": "決済会社で直接返金",
				"requested_paid": "支払い後の再リクエスト", "mall_told": "ショップに通知", "mall_refused": "ショップが通知を拒否", "refund_intended": "返金を開始",
				"refund_raised": "返金の状態が変化", "refund_contradicts": "返金の内容が不一致", "refund_asked_in_vain": "決済会社に返金がない",
				"refund_requested_again": "返金の再リクエスト", "refund_repeated": "同額の返金が繰り返し", "refund_unproven": "キャンセル拒否: 証明なし",
				"refund_told": "返金をショップに通知", "refund_notice_refused": "ショップが返金通知を拒否", "mall_cancelled": "ショップがキャンセル",
				"confirmed": "決済会社が確認", "dispute_changed": "異議申し立ての変化", "resolved": "運営者が決定", "amount_fixed": "購入者が金額に同意",
				"pay_taken": "決済会社が受付", "pay_refused": "決済会社が受け付けず",
			},
		},
		Audit: AuditWords{
			Title: "操作の記録", None: "まだ変更はありません。", System: "自動",
			Deeds: map[ports.Deed]string{
				ports.AppInstalled: "アプリをインストール", ports.AppOpened: "サインイン", ports.AppRemoved: "アプリを削除", ports.CredentialsLinked: "キーを連携",
				ports.CredentialsUnlinked: "キーの連携を解除", ports.ShopEnabled: "ショップをオン", ports.ShopDisabled: "ショップをオフ",
				ports.ShopsChanged: "Cafe24のショップ一覧を更新", ports.NotificationReplayed: "通知を再送",
			},
		},
		Findings: map[query.Finding]Advice{
			query.FindingNotInstalled:    {"アプリにショップへのアクセス権がありません。", "管理画面からアプリを開き直し、同意してください。"},
			query.FindingRevoked:         {"ショップがアプリのアクセス権を取り消しました。", "管理画面からアプリを開き直し、同意してください。"},
			query.FindingAccessEnded:     {"長期間使われなかったため、アクセス権が終了しました。", "管理画面からアプリを開き直し、同意してください。"},
			query.FindingExpired:         {"アプリの利用期間が終了したため、決済を受け付けられません。", "Cafe24のアプリストアで更新してください。"},
			query.FindingClosed:          {"Cafe24がショップを停止したため、再開するまで決済を受け付けられません。", "Cafe24にお問い合わせください。"},
			query.FindingNotLinked:       {"決済会社が連携されていないため、決済を受け付けられません。", "下に決済会社のキーを入力してください。"},
			query.FindingKeysLost:        {"保存されたシークレットキーを読み取れません。", "決済会社のキーをもう一度入力してください。"},
			query.FindingKeysRefused:     {"決済会社がキーを拒否しているため、決済に失敗します。", "決済会社のサイトからキーをコピーし直し、下で変更してください。"},
			query.FindingCompanySilent:   {"決済会社が応答しないため、現在お支払いができません。", "失われたものはありません。数分後に確認し、続く場合は決済会社にお問い合わせください。"},
			query.FindingDead:            {"ショップが一部の通知を確認していないため、入金を把握していない可能性があります。", "下で再送してください。"},
			query.FindingPaymentsRefused: {"決済に使ったキーを決済会社が拒否しているため、一部の決済を照会できません。", "注文番号を添えてサービスの運営者にお問い合わせください。"},
			query.FindingPaymentsHeld:    {"一部の決済が決済会社の内容と一致せず、人の確認が必要です。", "注文番号を添えてサービスの運営者にお問い合わせください。"},
			query.FindingInterrupted:     {"ショップの変更が中断されました。", "そのショップをもう一度オンまたはオフにしてください。"},
			query.FindingLate:            {"ショップの通知の確認が遅れています。", "自動で再送されます。続く場合はCafe24にお問い合わせください。"},
			query.FindingMallSilent:      {"Cafe24が応答しないため、現在ショップを切り替えられません。", "決済は続いています。数分後に確認してください。"},
			query.FindingScopes:          {"アプリに必要な権限の一部が許可されていません。", "管理画面からアプリを開き直し、すべての権限に同意してください。"},
			query.FindingNoShop:          {"決済を受け付けるショップがありません。", "下でショップをオンにしてください。"},
			query.FindingExpiring:        {"アプリのアクセス権がまもなく終了します。", "管理画面からアプリを一度開いてください。"},
		},
		Done: map[string]string{
			"linked": "キーを連携しました。", "unlinked": "キーの連携を解除し、すべてのショップをオフにしました。", "switched": "ショップを切り替えました。", "replayed": "通知を再送します。",
		},
		Problems: map[string]string{
			"keys_refused": "決済会社がこのキーを拒否しました。何も保存されていません。", "company_silent": "決済会社が応答しませんでした。何も保存されていません。もう一度お試しください。",
			"open_money": "未完了の決済または返金があります。処理方法を選んでください。", "currency_not_offered": "決済会社がこのショップの通貨に対応していません。",
			"shop_switching": "別の人がこのショップを変更しています。しばらくしてから確認してください。", "switch_lost": "その間に別の人がこのショップを変更しました。",
			"shop_enabled": "その間にショップがオンになりました。もう一度お試しください。", "not_linked": "決済会社が連携されていません。先にキーを入力してください。",
			"not_installed": "アプリにアクセス権がありません。管理画面からアプリを開き直してください。", "access_revoked": "ショップがアクセス権を取り消しました。管理画面からアプリを開き直してください。",
			"missing_scope": "この権限が許可されていません。管理画面からアプリを開き直し、すべての権限に同意してください。",
			"notice_done":   "ショップがすでに確認した通知です。", "superseded": "注文の状態が変わったため、この通知は正しくありません。",
			"no_such_notice": "その通知はありません。", "invalid": "足りない項目か誤った項目があります。何も変更されていません。",
			"busy": "リクエストが多すぎます。1分ほどお待ちください。", "away": "必要な応答が届きませんでした。途中の状態は残っていません。もう一度お試しください。", "other": "処理できませんでした。",
		},
	}
}
