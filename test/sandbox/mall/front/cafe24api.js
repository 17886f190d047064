// The mall's front SDK, as apps know it from Cafe24's documentation: CAFE24API.
(function (page) {
  "use strict";

  // What the mall calls a row's fields, and what the SDK makes of it.
  var names = {
    main_cate_no: "category_no", custom_data: "additional_option_values", item_code: "variant_code", is_set_product: "product_bundle",
    prd_detail_ship_type: "prefaid_shipping_fee", ins_timestamp: "created_date", opt_price: "option_price",
    set_discount_price: "product_bundle_price", opt_id: "option_id", set_product_no: "product_bundle_no", delvtype: "shipping_type",
    basket_prd_no: "basket_product_no", is_prd: "checked_products",
  };
  var app = null;

  function allowed(scope, answer) {
    if (!app) throw new Error("CAFE24API.init must be called first");
    if (app.scope.indexOf(scope) >= 0) return true;
    answer(new Error("403"));
    return false;
  }

  function post(path, fields) {
    return fetch(page.base + path, { method: "POST", body: new URLSearchParams(fields) }).then(function (response) {
      return response.json().then(function (body) {
        if (!response.ok) throw body;
        return body;
      });
    });
  }

  function renamed(row) {
    var copy = {};
    Object.keys(row).forEach(function (name) { copy[names[name] || name] = row[name]; });
    return copy;
  }

  // On a product page the product goes into the cart first, and is the only one that is reserved.
  function chosen() {
    if (page.role !== "PRODUCT_DETAIL") return Promise.resolve({});
    var option = document.querySelector("#option");
    return post("/exec/front/order/basket/", {
      product: page.product, quantity: document.querySelector("#quantity").value, option: option ? option.value : "",
      request_member_id: page.member || page.guest,
    });
  }

  window.CAFE24API = {
    MALL_ID: page.mall,
    SHOP_NO: page.shop,

    init: function (options) {
      var id = typeof options === "string" ? options : options.client_id;
      app = page.apps.filter(function (known) { return known.client_id === id; })[0] || { scope: [] };
    },

    getCustomerIDInfo: function (answer) {
      if (!allowed("application", answer)) return;
      answer(null, { id: { member_id: page.member || null, guest_id: page.guest || null } });
    },

    precreateOrder: function (mall, time, appKey, member, hmac, answer) {
      if (!allowed("order", answer)) return;
      chosen().then(function (line) {
        var fields = { mall_id: mall, request_time: time, app_key: appKey, member_id: member, hmac: hmac, delv_type: "A" };
        if (line.basket_prd_no) fields.basket_prd_no = line.basket_prd_no;
        return post("/exec/front/order/reserve/", fields);
      }).then(function (made) {
        var order = made.rows.map(renamed);
        order.order_id = made.order_id;
        order.return_notification_url = made.return_noty_url;
        order.response_time = made.response_time;
        order.hmac = made.hmac;
        answer(null, { order: order });
      }, function (problem) { answer(problem); });
    },
  };
})(JSON.parse(document.getElementById("cafe24-page").textContent));
