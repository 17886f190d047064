package words

func vietnamese() Words {
	return Words{
		Tag: "vi", Name: "Tiếng Việt", symbolLast: true,
		Title: "Kiểm tra đơn hàng của bạn", Order: "Đơn hàng", Items: "Sản phẩm bạn mua", Quantity: "Số lượng", DeliverTo: "Giao đến", Delivery: "Hình thức giao hàng", Phone: "Điện thoại",
		Summary: "Số tiền thanh toán", ItemsTotal: "Tiền hàng", Shipping: "Phí giao hàng", Rebate: "Giảm phí giao hàng", Discount: "Giảm giá", Total: "Tổng cộng",
		Pay: "Thanh toán %s", PayHint: "Bạn sẽ được chuyển đến trang của công ty thanh toán và xác nhận tại đó.", GoOn: "Tiếp tục đến trang thanh toán",
		Back: "Hủy và quay lại cửa hàng", Languages: "Ngôn ngữ", Reference: "Mã tra cứu",
		TotalChanged:   "Tổng số tiền đã thay đổi từ %s thành %s. Bạn chưa bị trừ tiền. Vui lòng kiểm tra lại.",
		AddressChanged: "Thông tin giao hàng đã thay đổi. Bạn chưa bị trừ tiền. Vui lòng kiểm tra lại.",
		Agreed:         "Bạn đã đồng ý với số tiền này. Nếu chưa thanh toán, hãy tiếp tục đến trang thanh toán.",
		Paid:           Notice{"Đơn hàng này đã được thanh toán", "Bạn không cần làm gì thêm. Cửa hàng đã hoặc sẽ sớm nhận được thông báo thanh toán của bạn."},
		Over:           Notice{"Liên kết này không còn hiệu lực", "Để bảo đảm an toàn, liên kết chỉ có hiệu lực trong 30 phút. Bạn chưa bị trừ tiền. Vui lòng đặt hàng lại tại cửa hàng."},
		NotYet:         Notice{"Cửa hàng này chưa sẵn sàng", "Cửa hàng chưa hoàn tất thiết lập: người bán phải mở ứng dụng một lần. Bạn chưa bị trừ tiền."},
		Conflict:       Notice{"Không thể thanh toán đơn hàng này tại đây", "Đơn hàng đang được thanh toán bằng cách khác hoặc đã hết thời gian. Hãy xem đơn hàng tại cửa hàng trước khi thanh toán lại."},
		Away:           Notice{"Hiện không thể xử lý", "Vui lòng tải lại trang này sau giây lát."},
		Wrong:          Notice{"Liên kết này không đầy đủ", "Không rõ đây là đơn hàng nào. Vui lòng mở lại liên kết từ trang của công ty thanh toán."},
		Defect:         Notice{"Đã xảy ra lỗi", "Không thể hiển thị đơn hàng của bạn."},
		Often:          Notice{"Quá nhiều yêu cầu", "Vui lòng đợi một phút rồi tải lại trang này."},
		DontPayAgain:   "Vui lòng không thanh toán hai lần. Nếu bạn không chắc đã thanh toán hay chưa, hãy xem đơn hàng tại cửa hàng hoặc liên hệ cửa hàng và cho biết mã tra cứu bên dưới.",
	}
}
