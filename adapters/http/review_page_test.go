package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
)

func TestTheReviewSpeaksFiveLanguages(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for accepted, want := range map[string][]string{
		"en-US,en;q=0.9": {`<html lang="en">`, "Review your order", "PHP\u00a01,965.00", ">Pay PHP\u00a01,965.00</button>"},
		"ko-KR":          {`<html lang="ko">`, "주문 내용 확인", "PHP\u00a01,965.00 결제하기"},
		"ja":             {`<html lang="ja">`, "ご注文内容の確認", "PHP\u00a01,965.00を支払う"},
		"zh-TW":          {`<html lang="zh-Hant">`, "確認您的訂單", "支付 PHP\u00a01,965.00"},
		"vi-VN,vi;q=0.9": {`<html lang="vi">`, "Kiểm tra đơn hàng của bạn", "Thanh toán 1.965,00\u00a0PHP"},
	} {
		t.Run(accepted, func(t *testing.T) {
			t.Parallel()
			got := s.sendFrom(t, http.MethodGet, reviewPath+"?token=token-1", "", "Accept", "text/html,*/*", "Accept-Language", accepted)
			if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				t.Fatalf("%d %v", got.status, got.header)
			}
			want = append(want, "Maria Santos", "12 Mabini Street", "サイズ=S", `value="token-1"`, `value="1965.00"`, `action="/api/external-checkout/order/pay"`, "https://demomall.cafe24shop.com", `hreflang=`)
			for _, text := range want {
				if !strings.Contains(got.body, text) {
					t.Errorf("the page lacks %q", text)
				}
			}
			policy := got.header.Get("Content-Security-Policy")
			if strings.Contains(got.body, "<script") || !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("policy: %s", policy)
			}
			if got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("headers: %v", got.header)
			}
		})
	}
}

func TestWhatOthersWroteIsShownAsTheTextThatItIs(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) {
		sc.review = func(context.Context, command.ReviewOrder) (command.Review, error) {
			r := review()
			r.Cart.Lines[0].Name, r.Buyer.Address.Name, r.Buyer.Preference, r.ReturnURL = "<script>a</script>", `"><img src=x>`, "<b>", "javascript:alert(1)"
			return r, nil
		}
	})
	got := s.send(http.MethodGet, reviewPath+"?token=token-1&seen=<i>&lang=<u>", "", "Accept", "text/html")
	for _, raw := range []string{"<script", "<img", "<b>", "<i>", "<u>", `href="javascript:`} {
		if strings.Contains(got.body, raw) {
			t.Errorf("the page holds %q", raw)
		}
	}
}

func TestABuyerSeesWhatHasChangedSinceTheLastLook(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for query, want := range map[string]string{
		"&seen=1900.00":    "it was PHP\u00a01,900.00 and is PHP\u00a01,965.00 now",
		"&changed=address": "The delivery has changed",
		"&seen=1965":       "",
		"&seen=nonsense":   "",
	} {
		got := s.send(http.MethodGet, reviewPath+"?token=token-1"+query, "", "Accept", "text/html")
		if strings.Contains(got.body, `role="alert"`) != (want != "") || !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", query, got.body)
		}
	}
}

func TestABrowserWhoseAgreementDoesNotFitIsLedBackToTheReview(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"total_changed":   "https://pay.example" + reviewPath + "?token=token-1&lang=ko&seen=1900.00",
		"address_changed": "https://pay.example" + reviewPath + "?token=token-1&changed=address&lang=ko",
		"not_reviewed":    "https://pay.example" + reviewPath + "?token=token-1&lang=ko",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s := setup(t, func(sc *scene) {
				sc.pay = func(context.Context, command.PayReservation) (command.PaymentPage, error) {
					return command.PaymentPage{}, fault.New(fault.Conflict, code, "look again")
				}
			})
			form := "token=token-1&total=1900.00&lang=ko"
			got := s.send(http.MethodPost, payPath, form, "Content-Type", formType, "Accept", "text/html")
			if got.status != http.StatusSeeOther || got.header.Get("Location") != want {
				t.Errorf("goes to %d %q, want %q", got.status, got.header.Get("Location"), want)
			}
			script := s.send(http.MethodPost, payPath, `{"token":"token-1","total":"1900.00"}`, "Content-Type", jsonType)
			if script.status != http.StatusConflict || script.body != `{"mData":"look again","bResult":false}` {
				t.Errorf("script: %d %s", script.status, script.body)
			}
		})
	}
}

func TestWhyThereIsNothingToReviewIsSaidInTheBuyersLanguage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		status int
		title  string
	}{
		"over":           {fault.New(fault.NotFound, "unknown_review", "x"), http.StatusNotFound, "더 이상 사용할 수 없는 링크입니다"},
		"not ready":      {fault.New(fault.Unavailable, "not_installed", "x"), http.StatusServiceUnavailable, "쇼핑몰이 아직 준비되지 않았습니다"},
		"away":           {fault.New(fault.Unavailable, "company_silent", "x"), http.StatusServiceUnavailable, "지금은 처리할 수 없습니다"},
		"another way":    {fault.New(fault.Conflict, "paid_otherwise", "x"), http.StatusConflict, "여기에서 결제할 수 없는 주문입니다"},
		"time is over":   {fault.New(fault.Conflict, "reservation_over", "x"), http.StatusConflict, "더 이상 사용할 수 없는 링크입니다"},
		"defect of ours": {fault.New(fault.Internal, "x", "x"), http.StatusInternalServerError, "문제가 발생했습니다"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, func(sc *scene) {
				sc.review = func(context.Context, command.ReviewOrder) (command.Review, error) { return command.Review{}, c.err }
			})
			got := s.send(http.MethodGet, reviewPath+"?token=t&lang=ko", "", "Accept", "text/html")
			if got.status != c.status || !strings.Contains(got.body, c.title) || !strings.Contains(got.body, `<html lang="ko">`) {
				t.Errorf("%d %s", got.status, got.body)
			}
		})
	}
}
