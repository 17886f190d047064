package httpapi

import (
	"golang.org/x/text/language"

	"paybridge/domain/session"
)

// operatorWords are what people who run a mall read when something went wrong, in one language.
type operatorWords struct {
	reference string // before the request id
	openAgain string // how one gets in
	unchanged string // ... and that nothing was done
	byCode    map[string]said
	byStatus  map[int]said
	otherwise said
}

// said is a page that says one thing. Without advice it is how one gets in.
type said struct{ title, text, advice string }

// operatorLanguages are the languages in the order in which they are matched; the first is for whoever
// speaks none of them.
var (
	operatorLanguages = []session.Language{session.English, session.Korean, session.Japanese}
	operatorMatcher   = language.NewMatcher([]language.Tag{language.English, language.Korean, language.Japanese})
)

// operatorLanguage is the language that a browser prefers (an Accept-Language header).
func operatorLanguage(accepted string) session.Language {
	_, i := language.MatchStrings(operatorMatcher, accepted)
	return operatorLanguages[i]
}

func operatorWordsIn(l session.Language) operatorWords {
	switch l {
	case session.Korean:
		return operatorKorean()
	case session.Japanese:
		return operatorJapanese()
	case session.English:
	}
	return operatorEnglish()
}

func operatorEnglish() operatorWords {
	return operatorWords{
		reference: "Reference", openAgain: "Open the app again from your mall's admin.", unchanged: "Nothing was changed. ",
		byCode: map[string]said{
			"session_ended":   {"You are not signed in", "Your session has ended, or this browser never had one.", ""},
			"unsigned":        {"You are not signed in", "This address opens only from the mall's admin.", ""},
			"wrong_signature": {"You are not signed in", "This link was not made by Cafe24, or it was changed on the way.", ""},
			"stale_launch":    {"This link is too old", "A link from the mall's admin works for an hour.", ""},
			"supplier":        {"You cannot use this app", "It is for people who run the mall, not for its suppliers.", "Ask the owner of the mall to open it."},
			"unknown_state":   {"You could not be signed in", "This sign-in was not begun in this browser, or it was used already, or it took too long.", ""},
			"consent_refused": {"The mall gave no access", "The mall's main operator has to agree.", "Sign in to the mall's admin as its main operator, then open the app there again."},
			"consent_scopes":  {"The mall was not asked", "The app asks for rights that are not ticked for it in Cafe24 Developers.", "Whoever runs this service has to correct that."},
			"consent_failed":  {"The mall was not asked", "Cafe24 could not ask for access to the mall.", ""},
			"grant_refused":   {"The mall gave no access", "Cafe24 did not accept what the mall's consent page gave.", ""},
			"client_refused":  {"Cafe24 does not know this service", "It does not accept the app's client id and secret.", "Whoever runs this service has to correct that."},
			"token_budget":    {"Too many sign-ins", "Cafe24 allows a mall only some within two hours.", "Please wait an hour, then open the app again."},
			"other_mall":      {"You are signed in for another mall", "This page belongs to a mall that you are not signed in for.", ""},
			"forged":          {"This was not done", "The request was not sent by the app's own page, or that page is too old.", ""},
		},
		byStatus: map[int]said{
			429: {"Too many requests", "This address asks too often.", "Please wait a minute, then try again."},
			502: {"This does not work right now", "An answer that is needed did not arrive.", "Please open the app again in a moment."},
			503: {"This does not work right now", "Something that is needed does not answer.", "Please open the app again in a moment."},
			500: {"Something went wrong here", "The fault is ours.", "Please try again. If it stays, tell us the reference below."},
			403: {"This was not done", "You may not do this.", ""},
			404: {"There is nothing here", "This address leads nowhere.", ""},
		},
		otherwise: said{"This request cannot be understood", "Something in it is missing or malformed.", ""},
	}
}

func operatorKorean() operatorWords {
	return operatorWords{
		reference: "문의 번호", openAgain: "쇼핑몰 관리자에서 앱을 다시 열어 주세요.", unchanged: "변경된 내용은 없습니다. ",
		byCode: map[string]said{
			"session_ended":   {"로그인되어 있지 않습니다", "세션이 종료되었거나 이 브라우저에 세션이 없습니다.", ""},
			"unsigned":        {"로그인되어 있지 않습니다", "이 주소는 쇼핑몰 관리자에서만 열 수 있습니다.", ""},
			"wrong_signature": {"로그인되어 있지 않습니다", "카페24가 만든 링크가 아니거나 도중에 변경되었습니다.", ""},
			"stale_launch":    {"링크가 만료되었습니다", "쇼핑몰 관리자의 링크는 한 시간 동안만 유효합니다.", ""},
			"supplier":        {"이 앱을 사용할 수 없습니다", "쇼핑몰 운영자를 위한 앱이며 공급사는 사용할 수 없습니다.", "쇼핑몰 대표 운영자에게 앱을 열어 달라고 요청해 주세요."},
			"unknown_state":   {"로그인하지 못했습니다", "이 브라우저에서 시작한 로그인이 아니거나 이미 사용되었거나 시간이 초과되었습니다.", ""},
			"consent_refused": {"쇼핑몰이 권한을 허용하지 않았습니다", "쇼핑몰 대표 운영자의 동의가 필요합니다.", "대표 운영자로 쇼핑몰 관리자에 로그인한 뒤 앱을 다시 열어 주세요."},
			"consent_scopes":  {"권한을 요청하지 못했습니다", "카페24 개발자센터에서 선택되지 않은 권한을 앱이 요청합니다.", "서비스 운영자가 설정을 수정해야 합니다."},
			"consent_failed":  {"권한을 요청하지 못했습니다", "카페24에서 쇼핑몰 권한을 요청하지 못했습니다.", ""},
			"grant_refused":   {"쇼핑몰이 권한을 허용하지 않았습니다", "동의 화면에서 받은 값을 카페24가 받아들이지 않았습니다.", ""},
			"client_refused":  {"카페24가 이 서비스를 확인하지 못했습니다", "앱의 클라이언트 ID와 시크릿이 올바르지 않습니다.", "서비스 운영자가 설정을 수정해야 합니다."},
			"token_budget":    {"로그인 횟수가 너무 많습니다", "카페24는 두 시간 안에 정해진 횟수만 허용합니다.", "한 시간 뒤에 앱을 다시 열어 주세요."},
			"other_mall":      {"다른 쇼핑몰로 로그인되어 있습니다", "로그인하지 않은 쇼핑몰의 화면입니다.", ""},
			"forged":          {"처리되지 않았습니다", "앱 화면에서 보낸 요청이 아니거나 화면이 오래되었습니다.", ""},
		},
		byStatus: map[int]said{
			429: {"요청이 너무 많습니다", "이 주소에서 너무 자주 요청했습니다.", "1분 뒤에 다시 시도해 주세요."},
			502: {"지금은 처리할 수 없습니다", "필요한 응답을 받지 못했습니다.", "잠시 후 앱을 다시 열어 주세요."},
			503: {"지금은 처리할 수 없습니다", "필요한 서비스가 응답하지 않습니다.", "잠시 후 앱을 다시 열어 주세요."},
			500: {"문제가 발생했습니다", "저희 쪽 오류입니다.", "다시 시도해 주세요. 계속되면 아래 문의 번호를 알려 주세요."},
			403: {"처리되지 않았습니다", "이 작업을 할 권한이 없습니다.", ""},
			404: {"페이지가 없습니다", "이 주소에는 아무것도 없습니다.", ""},
		},
		otherwise: said{"요청을 이해할 수 없습니다", "빠졌거나 잘못된 항목이 있습니다.", ""},
	}
}

func operatorJapanese() operatorWords {
	return operatorWords{
		reference: "お問い合わせ番号", openAgain: "ショップの管理画面からアプリを開き直してください。", unchanged: "変更は行われていません。",
		byCode: map[string]said{
			"session_ended":   {"サインインしていません", "セッションが終了したか、このブラウザーにセッションがありません。", ""},
			"unsigned":        {"サインインしていません", "このアドレスはショップの管理画面からのみ開けます。", ""},
			"wrong_signature": {"サインインしていません", "Cafe24が作成したリンクではないか、途中で変更されました。", ""},
			"stale_launch":    {"リンクの有効期限が切れました", "管理画面のリンクは1時間だけ有効です。", ""},
			"supplier":        {"このアプリは使えません", "ショップの運営者用で、サプライヤーは使えません。", "ショップの代表運営者に開いてもらってください。"},
			"unknown_state":   {"サインインできませんでした", "このブラウザーで始めたサインインではないか、使用済みか、時間切れです。", ""},
			"consent_refused": {"ショップの許可がありません", "ショップの代表運営者の同意が必要です。", "代表運営者として管理画面にログインし、アプリを開き直してください。"},
			"consent_scopes":  {"許可を求められませんでした", "Cafe24 Developersで選択されていない権限をアプリが求めています。", "このサービスの運営者による修正が必要です。"},
			"consent_failed":  {"許可を求められませんでした", "Cafe24がショップの許可を求められませんでした。", ""},
			"grant_refused":   {"ショップの許可がありません", "同意画面から届いた値をCafe24が受け付けませんでした。", ""},
			"client_refused":  {"Cafe24がこのサービスを認識できません", "アプリのクライアントIDとシークレットが受け付けられません。", "このサービスの運営者による修正が必要です。"},
			"token_budget":    {"サインインの回数が多すぎます", "Cafe24は2時間以内の回数を制限しています。", "1時間待ってからアプリを開き直してください。"},
			"other_mall":      {"別のショップでサインインしています", "サインインしていないショップのページです。", ""},
			"forged":          {"処理されませんでした", "アプリの画面から送られた要求ではないか、画面が古くなっています。", ""},
		},
		byStatus: map[int]said{
			429: {"リクエストが多すぎます", "このアドレスからの要求が多すぎます。", "1分待ってからもう一度お試しください。"},
			502: {"現在処理できません", "必要な応答が届きませんでした。", "しばらくしてからアプリを開き直してください。"},
			503: {"現在処理できません", "必要なサービスが応答しません。", "しばらくしてからアプリを開き直してください。"},
			500: {"問題が発生しました", "こちらの不具合です。", "もう一度お試しください。続く場合は下の番号をお知らせください。"},
			403: {"処理されませんでした", "この操作は許可されていません。", ""},
			404: {"ページがありません", "このアドレスには何もありません。", ""},
		},
		otherwise: said{"リクエストを理解できません", "足りない項目か誤った項目があります。", ""},
	}
}
