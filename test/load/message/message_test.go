package message_test

import (
	"encoding/json"
	"testing"

	"paybridge/test/load/message"
)

func TestThePaymentRequestOfTheStartingCollectionIsSignedAsThere(t *testing.T) {
	t.Parallel()
	got := message.Sign("mock_service_key", "3065.00", "PHP", "20220519-0000029", "demomall:0:demo-app-public-key")
	if want := "PqdhLPSBVBAfvACZ7YJjSv3Wv5RXXjfnjF8SxPTHqgM="; got != want {
		t.Errorf("hash_data = %s, want %s", got, want)
	}
}

func TestTheWebhookOfTheStartingCollectionHasItsDigest(t *testing.T) {
	t.Parallel()
	var letter struct {
		Digest string `json:"digest"`
	}
	if err := json.Unmarshal(message.Letter("20220519-0000029", "pg-order-001", "S"), &letter); err != nil {
		t.Fatal(err)
	}
	if want := "1072ffb231d2be50ec188711655a9e22ca085573"; letter.Digest != want {
		t.Errorf("digest = %s, want %s", letter.Digest, want)
	}
}

func TestACheckoutCarriesItsOrderAndTheSignatureOfItsOwnFields(t *testing.T) {
	t.Parallel()
	var body struct {
		Order    string `json:"order_id"`
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
		Partner  string `json:"partner_id"`
		Hash     string `json:"hash_data"`
		Extra    struct {
			Order string `json:"orderId"`
		} `json:"extra_data"`
	}
	number := message.OrderNumber(42)
	if err := json.Unmarshal(message.Checkout(number), &body); err != nil {
		t.Fatal(err)
	}
	if body.Order != "20261103-0000042" || body.Extra.Order != body.Order {
		t.Errorf("the body speaks of %q and %q", body.Order, body.Extra.Order)
	}
	if body.Hash != message.Sign(message.ServiceKey, body.Amount, body.Currency, body.Order, body.Partner) {
		t.Error("the signature is not that of the fields")
	}
}

func TestTheImportFileIsJSON(t *testing.T) {
	t.Parallel()
	var merchants []struct {
		Mall string `json:"mall_id"`
	}
	if err := json.Unmarshal([]byte(message.Merchants), &merchants); err != nil || len(merchants) != 1 || merchants[0].Mall != message.Mall {
		t.Errorf("merchants = %v, %v", merchants, err)
	}
}
