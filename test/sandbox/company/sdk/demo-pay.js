// Demo Pay's browser SDK. A shop's page gives it the order that the merchant's server has made, and it takes the buyer to Demo Pay
// and from there to the merchant's review page.
(function () {
  "use strict";
  var home = new URL("../", document.currentScript.src).href;

  window.DemoPay = {
    // checkout leaves the page. Its promise is never kept, and broken when the order is not complete.
    checkout: function (order) {
      if (!order || !order.reference_no || !order.signature || !order.public_key) {
        return Promise.reject(new Error("DemoPay: the order is not complete"));
      }
      var proof = new URLSearchParams({ public_key: order.public_key, signature: order.signature });
      location.assign(home + "checkout/" + encodeURIComponent(order.reference_no) + "?" + proof);
      return new Promise(function () {});
    },
  };
})();
