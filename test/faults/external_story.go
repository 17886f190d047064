package faults

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"paybridge/test/rig"
)

// externalPath is where the external checkout is called.
const externalPath = "/api/external-checkout"

// reserve sends the payload as a page does, again and again, and returns the company's order code.
func (s Story) reserve(t *testing.T) (code string) {
	t.Helper()
	body := rig.Payload{Mall: "demomall", Order: s.Order, Member: "mockbuyer"}.Body()
	s.System.Eventually(patience, s.Order+" is reserved", func() bool {
		answer, err := s.System.Send(http.MethodPost, externalPath+"/payload", "application/json", body)
		var got struct {
			Data struct {
				Code string `json:"reference_no"`
			} `json:"mData"`
		}
		if err != nil || answer.Status != http.StatusOK || json.Unmarshal(answer.Body, &got) != nil {
			return false
		}
		code = got.Data.Code
		return true
	})
	return code
}

// agree reviews and presses pay, until the company's page is there.
func (s Story) agree(t *testing.T, code string) {
	t.Helper()
	reserved, _ := s.System.Company.Order(code)
	link, err := url.Parse(reserved.ReviewURL)
	if err != nil {
		t.Fatal(err)
	}
	token := link.Query().Get("token")
	s.System.Eventually(patience, "the page to pay "+s.Order, func() bool {
		review, err := s.System.Send(http.MethodGet, externalPath+"/order/review?token="+url.QueryEscape(token), "", "")
		if err != nil || review.Status != http.StatusOK {
			return false
		}
		paid, err := s.System.Send(http.MethodPost, externalPath+"/order/pay", "application/json", `{"token":"`+token+`"}`)
		return err == nil && paid.Status == http.StatusOK
	})
}
