package panel

import (
	"paybridge/application/query"
	"paybridge/ports"
)

func korean() Words {
	return Words{
		Tag: "ko", Name: "한국어",
		Title: "쇼핑몰 결제", Sections: "메뉴", Language: "언어", AllWell: "모두 정상입니다. 하실 일이 없습니다.", Also: "그 밖에:",
		Reference: "문의 번호", Never: "없음", Now: "방금", Minutes: "%d분 전", Hours: "%d시간 전", Days: "%d일 전",
		Keys: KeyWords{ //nolint:gosec // names of keys, no keys
			Title: "결제사", None: "연결된 결제사가 없습니다.", Company: "결제사 이름", PublicKey: "공개 키", SecretKey: "비밀 키",
			EndsIn: "끝자리 %s", Hidden: "저장됨(표시하지 않음)", Since: "연결 시각",
			Enter:   "결제사 계정의 키를 입력해 주세요. 먼저 결제사에서 확인하며, 비밀 키는 다시 표시되지 않습니다.",
			Replace: "키 변경", Link: "연결", Unlink: "연결 해제", UnlinkHint: "모든 쇼핑몰의 결제가 꺼지고 이 키로 새 결제를 받지 않습니다.",
			Open:  "결제사에 진행 중인 결제 %d건, 환불 %d건이 있습니다. 어떻게 처리할까요?",
			Drain: "먼저 처리한 뒤 비밀 키를 삭제합니다", Forget: "비밀 키를 지금 삭제하고 직접 처리합니다", UnlinkNow: "지금 연결 해제",
		},
		Shops: ShopWords{
			Title: "쇼핑몰 목록", None: "쇼핑몰 목록을 아직 받지 못했습니다.", Remembered: "지금 카페24에서 목록을 받지 못해 마지막으로 받은 목록을 표시합니다.",
			Currency: "통화", On: "사용", Off: "사용 안 함", TurnOn: "켜기", TurnOff: "끄기", ButtonShown: "쇼핑몰 화면에 결제 버튼 표시 중",
			ShowButton: "결제 버튼 표시", HideButton: "결제 버튼 숨기기", Unsupported: "결제사가 이 통화를 지원하지 않습니다.",
			Switching: "다른 사람이 이 쇼핑몰을 변경하고 있습니다.", Interrupted: "변경이 중단되었습니다. 켜기 또는 끄기를 다시 눌러 완료해 주세요.",
			Unlinked: "먼저 결제사를 연결해 주세요.",
		},
		Health: HealthWords{
			Title: "상태", Checkout: "마지막 결제 요청", Letter: "마지막 결제사 웹훅", Told: "쇼핑몰이 마지막으로 확인한 알림",
			Waiting: "전송 중인 알림", Dead: "전송을 포기한 알림", Payments: "진행 중인 결제", Refunds: "진행 중인 환불",
			Renewed: "접근 토큰(자동 갱신)", Until: "앱을 열지 않아도 되는 기한", Company: "결제사 연결", NoAccess: "권한 없음",
			Reach: map[query.Reach]string{query.NotAsked: "확인 안 함", query.Reached: "정상, 키 유효", query.KeysRefused: "키를 거부함", query.Silent: "응답 없음"},
		},
		Dead: DeadWords{
			Title: "전송을 포기한 알림", None: "모든 알림이 쇼핑몰에 전달되었습니다.", Tries: "시도 횟수", LastTry: "마지막 시도", Answer: "응답", Replay: "다시 보내기",
			Hint: "쇼핑몰이 확인하지 않아 결제 사실을 모를 수 있습니다. 다시 보내도 중복 처리되지 않습니다.",
			Kinds: map[string]string{
				"notify_paid": "결제 완료", "notify_unpaid": "결제 안 됨", "notify_refunded": "환불 완료", "notify_refund_failed": "환불 실패",
			},
		},
		Payments: PaymentWords{
			Title: "결제", None: "아직 결제가 없습니다.", NoneOf: "주문 %s의 결제가 없습니다.", Order: "주문번호", Search: "검색", All: "전체 결제",
			Newest: "최근 결제만 표시합니다.", Attempt: "%d번째 시도", Shop: "쇼핑몰 %d", MallKnows: "쇼핑몰에 알려진 상태: %s", Held: "확인 필요: %s", Doubt: "불확실: %s",
			Surplus: "중복 결제: 환불됩니다", Refunds: "환불", Refund: "환불 %d", Ledger: "처리 내역", Details: "자세히",
			States: map[string]string{
				"requested": "요청됨", "refused": "거부됨", "abandoned": "중단됨", "pending": "구매자 대기 중", "authorized": "승인됨", "expired": "만료됨",
				"cancelled": "취소됨", "failed": "실패", "paid": "결제 완료",
			},
			RefundStates: map[string]string{
				"intended": "시작됨", "sent": "전송됨", "pending": "진행 중", "not_executed": "실행 안 됨", "rejected": "거절됨", "refunded": "환불됨", "reversed": "반송됨",
			},
			Told:  map[string]string{"nothing": "아직 없음", "unpaid": "미결제", "paid": "결제 완료"},
			Doors: map[string]string{"checkout": "결제 요청", "external": "결제 버튼", "callback": "구매자 복귀", "webhook": "웹훅", "reconciler": "결제사 조회", "notification": "알림", "status": "상태 조회", "cancel": "취소 요청", "operator": "운영자"},
			Events: map[string]string{
				"opened": "결제 시작", "requested_again": "다시 요청됨", "page_handed_out": "결제 화면으로 이동", "doubted": "호출 여부 불확실",
				"asked_in_vain": "결제사에 없음", "raised": "상태 변경", "code_learned": "결제사에서 확인됨", "page_renewed": "결제 화면 유효",
				"put_on_hold": "보류됨", "order_paid": "주문 결제 완료", "closed_unpaid": "미결제로 종료", "surplus_found": "중복 결제", "outside_refund": "결제사에서 직접 환불",
				"requested_paid": "결제 후 다시 요청됨", "mall_told": "쇼핑몰에 알림", "mall_refused": "쇼핑몰이 알림을 거부", "refund_intended": "환불 시작",
				"refund_raised": "환불 상태 변경", "refund_contradicts": "환불 내용 불일치", "refund_asked_in_vain": "결제사에 환불 없음",
				"refund_requested_again": "환불 다시 요청됨", "refund_repeated": "같은 금액의 환불 반복", "refund_unproven": "취소 거부: 증명 없음",
				"refund_told": "환불을 쇼핑몰에 알림", "refund_notice_refused": "쇼핑몰이 환불 알림을 거부", "mall_cancelled": "쇼핑몰이 취소",
				"confirmed": "결제사 확인", "dispute_changed": "분쟁 상태 변경", "resolved": "운영자가 결정", "amount_fixed": "구매자가 금액에 동의",
				"pay_taken": "결제사가 접수", "pay_refused": "결제사가 접수하지 않음",
			},
		},
		Audit: AuditWords{
			Title: "활동 기록", None: "아직 변경한 내용이 없습니다.", System: "자동",
			Deeds: map[ports.Deed]string{
				ports.AppInstalled: "앱 설치", ports.AppOpened: "로그인", ports.AppRemoved: "앱 삭제", ports.CredentialsLinked: "키 연결",
				ports.CredentialsUnlinked: "키 연결 해제", ports.ShopEnabled: "쇼핑몰 켜기", ports.ShopDisabled: "쇼핑몰 끄기",
				ports.ShopsChanged: "카페24에서 쇼핑몰 목록 갱신", ports.NotificationReplayed: "알림 다시 보내기",
			},
		},
		Findings: map[query.Finding]Advice{
			query.FindingNotInstalled:    {"앱에 쇼핑몰 접근 권한이 없습니다.", "쇼핑몰 관리자에서 앱을 다시 열고 동의해 주세요."},
			query.FindingRevoked:         {"쇼핑몰이 앱의 접근 권한을 철회했습니다.", "쇼핑몰 관리자에서 앱을 다시 열고 동의해 주세요."},
			query.FindingAccessEnded:     {"오랫동안 사용하지 않아 접근 권한이 만료되었습니다.", "쇼핑몰 관리자에서 앱을 다시 열고 동의해 주세요."},
			query.FindingExpired:         {"앱 이용 기간이 끝나 결제를 받을 수 없습니다.", "카페24 스토어에서 연장해 주세요."},
			query.FindingClosed:          {"카페24에서 쇼핑몰 운영을 중지하여 다시 열릴 때까지 결제를 받을 수 없습니다.", "카페24에 문의해 주세요."},
			query.FindingNotLinked:       {"결제사가 연결되지 않아 결제를 받을 수 없습니다.", "아래에 결제사의 키를 입력해 주세요."},
			query.FindingKeysLost:        {"저장된 비밀 키를 읽을 수 없습니다.", "결제사의 키를 다시 입력해 주세요."},
			query.FindingKeysRefused:     {"결제사가 키를 거부하여 결제가 실패합니다.", "결제사 사이트에서 키를 다시 복사하여 아래에서 변경해 주세요."},
			query.FindingCompanySilent:   {"결제사가 응답하지 않아 지금은 결제할 수 없습니다.", "잃어버린 내용은 없습니다. 몇 분 뒤에 다시 확인하고 계속되면 결제사에 문의해 주세요."},
			query.FindingDead:            {"쇼핑몰이 일부 알림을 확인하지 않아 결제 사실을 모를 수 있습니다.", "아래에서 다시 보내 주세요."},
			query.FindingPaymentsRefused: {"결제에 사용된 키를 결제사가 거부하여 일부 결제를 조회할 수 없습니다.", "주문번호와 함께 서비스 운영자에게 문의해 주세요."},
			query.FindingPaymentsHeld:    {"일부 결제가 결제사의 내용과 달라 사람의 확인이 필요합니다.", "주문번호와 함께 서비스 운영자에게 문의해 주세요."},
			query.FindingInterrupted:     {"쇼핑몰 설정 변경이 중단되었습니다.", "해당 쇼핑몰을 다시 켜거나 꺼 주세요."},
			query.FindingLate:            {"쇼핑몰의 알림 확인이 늦어지고 있습니다.", "자동으로 다시 보냅니다. 계속되면 카페24에 문의해 주세요."},
			query.FindingMallSilent:      {"카페24가 응답하지 않아 지금은 쇼핑몰을 켜거나 끌 수 없습니다.", "결제는 계속됩니다. 몇 분 뒤에 다시 확인해 주세요."},
			query.FindingScopes:          {"쇼핑몰이 앱에 필요한 권한을 모두 허용하지 않았습니다.", "쇼핑몰 관리자에서 앱을 다시 열고 모든 권한에 동의해 주세요."},
			query.FindingNoShop:          {"결제를 받는 쇼핑몰이 없습니다.", "아래에서 쇼핑몰을 켜 주세요."},
			query.FindingExpiring:        {"앱의 접근 권한이 곧 만료됩니다.", "쇼핑몰 관리자에서 앱을 한 번 열어 주세요."},
		},
		Done: map[string]string{
			"linked": "키를 연결했습니다.", "unlinked": "키 연결을 해제하고 모든 쇼핑몰을 껐습니다.", "switched": "쇼핑몰 설정을 변경했습니다.", "replayed": "알림을 다시 보냅니다.",
		},
		Problems: map[string]string{
			"keys_refused": "결제사가 이 키를 거부했습니다. 저장된 내용은 없습니다.", "company_silent": "결제사가 응답하지 않았습니다. 저장된 내용은 없으니 다시 시도해 주세요.",
			"open_money": "진행 중인 결제나 환불이 있습니다. 처리 방법을 선택해 주세요.", "currency_not_offered": "결제사가 이 쇼핑몰의 통화를 지원하지 않습니다.",
			"shop_switching": "다른 사람이 이 쇼핑몰을 변경하고 있습니다. 잠시 후 다시 확인해 주세요.", "switch_lost": "그 사이에 다른 사람이 이 쇼핑몰을 변경했습니다.",
			"shop_enabled": "그 사이에 쇼핑몰이 켜졌습니다. 다시 시도해 주세요.", "not_linked": "연결된 결제사가 없습니다. 먼저 키를 입력해 주세요.",
			"not_installed": "앱에 쇼핑몰 접근 권한이 없습니다. 쇼핑몰 관리자에서 앱을 다시 열어 주세요.", "access_revoked": "쇼핑몰이 접근 권한을 철회했습니다. 쇼핑몰 관리자에서 앱을 다시 열어 주세요.",
			"missing_scope": "쇼핑몰이 이 권한을 허용하지 않았습니다. 쇼핑몰 관리자에서 앱을 다시 열고 모든 권한에 동의해 주세요.",
			"notice_done":   "쇼핑몰이 이미 확인한 알림입니다.", "superseded": "주문 상태가 바뀌어 더 이상 맞지 않는 알림입니다.",
			"no_such_notice": "해당 알림이 없습니다.", "invalid": "빠졌거나 잘못된 항목이 있습니다. 변경된 내용은 없습니다.",
			"busy": "요청이 너무 많습니다. 1분 뒤에 다시 시도해 주세요.", "away": "필요한 응답을 받지 못했습니다. 반만 처리된 내용은 없으니 다시 시도해 주세요.", "other": "처리하지 못했습니다.",
		},
	}
}
