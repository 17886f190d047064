package words

func chinese() Words {
	return Words{
		Tag: "zh-Hant", Name: "繁體中文",
		Title: "確認您的訂單", Order: "訂單編號", Items: "訂購商品", Quantity: "數量", DeliverTo: "收件地址", Delivery: "配送方式", Phone: "電話",
		Summary: "付款金額", ItemsTotal: "商品金額", Shipping: "運費", Rebate: "運費折扣", Discount: "折扣", Total: "總計",
		Pay: "支付 %s", PayHint: "接下來會前往付款公司的頁面，請在該頁面確認付款。", GoOn: "前往付款頁面",
		Back: "取消並返回商店", Languages: "語言", Reference: "查詢編號",
		TotalChanged:   "總金額已由 %s 變更為 %s。尚未付款，請再次確認。",
		AddressChanged: "配送資料已變更。尚未付款，請再次確認。",
		Agreed:         "您已同意此金額。如果尚未付款，請前往付款頁面。",
		Paid:           Notice{"此訂單已付款", "您不需要再做任何動作。商店已收到或即將收到您的付款通知。"},
		Over:           Notice{"此連結已失效", "為了您的安全，此連結僅在 30 分鐘內有效。尚未付款，請在商店重新下單。"},
		NotYet:         Notice{"此商店尚未準備完成", "商店尚未完成設定，賣家必須先開啟一次應用程式。尚未付款。"},
		Conflict:       Notice{"此訂單無法在此付款", "此訂單正以其他方式付款，或已逾時。再次付款之前，請先在商店查看您的訂單。"},
		Away:           Notice{"目前無法處理", "請稍後重新載入此頁面。"},
		Wrong:          Notice{"此連結不完整", "無法得知是哪一筆訂單。請從付款公司的頁面重新開啟連結。"},
		Defect:         Notice{"發生問題", "無法顯示您的訂單。"},
		Often:          Notice{"要求次數過多", "請等待一分鐘後重新載入此頁面。"},
		DontPayAgain:   "請勿重複付款。如果不確定是否已付款，請在商店查看您的訂單，或附上下方的查詢編號聯絡商店。",
	}
}
