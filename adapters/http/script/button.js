// The payment button on the product and basket pages of a mall.
//
// It knows the page only by #appPaymentButtonBox and Cafe24's front SDK, shares it with whatever else runs
// there, and leaves nothing behind but the button. Pressed, it has the mall reserve the order (signed by us),
// tells us what was reserved, and hands the buyer over to the payment company.
(() => {
  "use strict";

  const script = document.currentScript;
  const clientID = script && script.dataset.clientId;
  if (!clientID) return;

  const PATIENCE = 20000; // for one answer, in milliseconds
  const SDK_TRIES = 25;
  const SDK_PAUSE = 200;

  const texts = {
    en: {
      pay: "Pay now",
      busy: "One moment…",
      failed: "The payment could not be started, and nothing was charged. Please try again.",
      offline: "There is no connection right now, and nothing was charged. Please try again.",
      unready: "The shop cannot take orders this way at the moment. Please choose another way to pay.",
      reference: "Reference",
    },
    ko: {
      pay: "바로 결제하기",
      busy: "잠시만 기다려 주세요…",
      failed: "결제를 시작할 수 없습니다. 결제된 금액은 없습니다. 다시 시도해 주세요.",
      offline: "인터넷에 연결할 수 없습니다. 결제된 금액은 없습니다. 다시 시도해 주세요.",
      unready: "지금은 이 방법으로 주문할 수 없습니다. 다른 결제 방법을 선택해 주세요.",
      reference: "문의 번호",
    },
    ja: {
      pay: "今すぐ支払う",
      busy: "少々お待ちください…",
      failed: "お支払いを開始できませんでした。請求は発生していません。もう一度お試しください。",
      offline: "接続できません。請求は発生していません。もう一度お試しください。",
      unready: "現在、この方法ではご注文いただけません。別のお支払い方法をお選びください。",
      reference: "お問い合わせ番号",
    },
    zh: {
      pay: "立即付款",
      busy: "請稍候…",
      failed: "無法開始付款，尚未扣款。請再試一次。",
      offline: "目前無法連線，尚未扣款。請再試一次。",
      unready: "目前無法以此方式訂購，請選擇其他付款方式。",
      reference: "查詢編號",
    },
    vi: {
      pay: "Thanh toán ngay",
      busy: "Vui lòng chờ…",
      failed: "Không thể bắt đầu thanh toán và bạn chưa bị trừ tiền. Vui lòng thử lại.",
      offline: "Không có kết nối và bạn chưa bị trừ tiền. Vui lòng thử lại.",
      unready: "Cửa hàng hiện không nhận đơn theo cách này. Vui lòng chọn cách thanh toán khác.",
      reference: "Mã tham chiếu",
    },
  };
  const language = (document.documentElement.lang || "en").slice(0, 2).toLowerCase();
  const said = Object.prototype.hasOwnProperty.call(texts, language) ? language : "en";
  const text = texts[said];

  // Trouble is an error with what the buyer is told.
  class Trouble extends Error {
    constructor(reason, told) {
      super(reason);
      this.told = told || text.failed;
    }
  }

  const note = (reason) => console.warn("[paybridge] " + (reason && reason.message ? reason.message : reason));

  // --- our own doors -------------------------------------------------------------------------------

  const door = (path) => new URL(path, script.src).href;

  let clockGap = 0; // between our clock and the buyer's

  async function ask(address, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    let response, body;
    try {
      response = await fetch(address, { credentials: "omit", cache: "no-store", signal: stop.signal, ...options });
      body = JSON.parse(await response.text());
    } catch (problem) {
      throw new Trouble("no answer of " + address + ": " + problem.message, response ? text.failed : text.offline);
    } finally {
      clearTimeout(timer);
    }
    if (!response.ok || body.bResult === false) {
      const reference = response.headers.get("X-Request-Id");
      const told = text.failed + (reference ? " (" + text.reference + ": " + reference + ")" : "");
      throw new Trouble("HTTP " + response.status + " of " + address + ": " + body.mData, told);
    }
    const ours = Date.parse(response.headers.get("Date"));
    if (ours) clockGap = ours - Date.now();
    return body;
  }

  const query = (fields) => "?" + new URLSearchParams(fields);

  // plain copies data without prototypes: old libraries in a page give arrays and objects a toJSON of their
  // own, and what such a page would send is no JSON that anybody reads.
  function plain(value) {
    if (Array.isArray(value)) return Object.setPrototypeOf(value.map((each) => plain(each)), null);
    if (value === null || typeof value !== "object") return value;
    const copy = Object.create(null);
    for (const name of Object.keys(value)) copy[name] = plain(value[name]);
    return copy;
  }

  // --- Cafe24's front SDK --------------------------------------------------------------------------

  // called turns a function that calls back into one that answers, whatever goes wrong in it.
  function called(what, call) {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Trouble(what + " does not call back")), PATIENCE);
      const back = (problem, answer) => {
        clearTimeout(timer);
        if (problem) fail(refused(what, problem));
        else done(answer);
      };
      try {
        call(back);
      } catch (problem) {
        back(problem);
      }
    });
  }

  // refused is what the SDK says: the mall's own sentence about an order (an option is not chosen, a product is
  // sold out) is for the buyer, everything else is not.
  function refused(what, problem) {
    const inside = problem.error || problem;
    const sentence = typeof inside.message === "string" ? inside.message.trim() : String(problem);
    const code = String(inside.code || problem.status || sentence);
    if (code.includes("403")) return new Trouble(what + " has no scope: " + sentence, text.unready);
    return new Trouble(what + " failed: " + sentence, code.includes("422") && sentence.length <= 200 ? sentence : undefined);
  }

  async function frontSDK() {
    for (let i = 0; i < SDK_TRIES; i++) {
      if (window.CAFE24API && typeof window.CAFE24API.init === "function") return started(window.CAFE24API);
      await new Promise((done) => setTimeout(done, SDK_PAUSE));
    }
    throw new Trouble("there is no CAFE24API in this page");
  }

  // started initializes the SDK. Some versions answer with the object to use, others with nothing.
  function started(sdk) {
    const own = sdk.init(clientID);
    const used = own && typeof own.precreateOrder === "function" ? own : sdk;
    if (typeof used.precreateOrder !== "function" || typeof used.getCustomerIDInfo !== "function") {
      throw new Trouble("CAFE24API cannot reserve orders here");
    }
    const mall = used.MALL_ID || sdk.MALL_ID;
    if (!mall) throw new Trouble("CAFE24API does not say which mall this is");
    return { used, mall: String(mall), shop: String(used.SHOP_NO || sdk.SHOP_NO || 1) };
  }

  async function customer(sdk) {
    const answer = await called("getCustomerIDInfo", (back) => sdk.used.getCustomerIDInfo(back));
    const id = (answer && answer.id) || {};
    const member = id.member_id || id.guest_id;
    if (!member) throw new Trouble("CAFE24API does not know who this is");
    return { member: String(member), guest: id.member_id ? 0 : 1 };
  }

  async function reserve(sdk, member) {
    const time = String(Math.floor((Date.now() + clockGap) / 1000));
    const signed = await ask(door("hmac") + query({ mall_id: sdk.mall, request_time: time, client_key: clientID, member_id: member }));
    const answer = await called("precreateOrder", (back) => sdk.used.precreateOrder(sdk.mall, time, clientID, member, signed.hmac_key, back));
    const order = answer && answer.order;
    if (!Array.isArray(order) || !order.order_id) throw new Trouble("precreateOrder gave no order");
    return order;
  }

  // --- the way of a purchase -----------------------------------------------------------------------

  // returnBase is the address of the shop that the buyer is in: its own path (/shop2) and skin (/m) included.
  function returnBase() {
    const [path] = location.pathname.match(/^(?:\/shop\d+)?(?:\/m)?(?=\/|$)/) || [""];
    return location.origin + path;
  }

  async function buy(sdk, shop) {
    const who = await customer(sdk);
    const order = await reserve(sdk, who.member);
    // The order is an array with properties of its own, which JSON would not have.
    const payload = {
      order: [...order],
      mall_id: sdk.mall,
      store_id: shop.shop_name,
      member_id: who.member,
      currency: shop.shop_currency,
      order_id: order.order_id,
      return_notification_url: order.return_notification_url || order.return_noty_url,
      return_url_base: returnBase(),
      bGuest: who.guest,
      response_time: order.response_time,
      hmac: order.hmac,
    };
    const answer = await ask(door("../payload"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(plain(payload)),
    });
    return handOver(answer.mData);
  }

  // handOver gives the buyer to the company: by its own script where it has one, else by its page.
  async function handOver(checkout) {
    const { sdk_url: source, sdk_name: name } = checkout;
    if (source && name) {
      try {
        await loaded(source);
        return await window[name].checkout(checkout);
      } catch (problem) {
        note(problem);
      }
    }
    const page = new URL(checkout.redirect_uri);
    if (page.protocol !== "https:" && page.protocol !== "http:") throw new Trouble("the company's page has no web address");
    location.assign(page.href);
    return new Promise(() => {}); // the page is being left
  }

  function loaded(source) {
    return new Promise((done, fail) => {
      const tag = document.createElement("script");
      const timer = setTimeout(() => fail(new Error("the company's script does not load")), PATIENCE);
      const end = (then) => () => {
        clearTimeout(timer);
        then(new Error("the company's script cannot be loaded"));
      };
      tag.onload = end(done);
      tag.onerror = end(fail);
      tag.src = source;
      document.head.appendChild(tag);
    });
  }

  // --- the button ----------------------------------------------------------------------------------

  const style = `
:host{all:initial;display:block;margin:8px 0}
button{display:block;box-sizing:border-box;width:100%;min-height:48px;padding:10px 20px;border:0;border-radius:8px;background:#16324f;color:#fff;
font:600 16px/1.3 system-ui,-apple-system,"Segoe UI","Apple SD Gothic Neo","Noto Sans",sans-serif;cursor:pointer}
button:hover{background:#0f2439}
button:focus-visible{outline:3px solid #d97706;outline-offset:2px}
button[aria-disabled=true]{background:#4a5a6a;cursor:progress}
p{margin:8px 0 0;padding:10px 12px;border-radius:8px;background:#fdeaee;color:#8a0f33;font:14px/1.45 system-ui,-apple-system,sans-serif;overflow-wrap:anywhere}
p:empty{display:none}`;

  const element = (name, attributes, inside) => {
    const made = document.createElement(name);
    for (const each of Object.keys(attributes)) made.setAttribute(each, attributes[each]);
    if (inside) made.textContent = inside;
    return made;
  };

  let busy = false; // one purchase at a time, however many buttons there are
  const buttons = [];

  function show(state, told) {
    busy = state;
    for (const { button, message } of buttons) {
      button.textContent = state ? text.busy : text.pay;
      button.setAttribute("aria-disabled", String(state));
      message.textContent = told || "";
    }
  }

  async function press(sdk, shop) {
    if (busy) return;
    show(true);
    try {
      await buy(sdk, shop);
      show(false);
    } catch (problem) {
      note(problem);
      show(false, problem.told || text.failed);
    }
  }

  function place(box, sdk, shop) {
    if (box.querySelector("[data-paybridge]")) return;
    const host = element("div", { "data-paybridge": "", lang: said === "zh" ? "zh-Hant" : said });
    const root = host.attachShadow({ mode: "open" });
    const button = element("button", { type: "button", part: "button", "aria-disabled": "false" }, text.pay);
    const message = element("p", { role: "alert", part: "message" });
    button.addEventListener("click", () => press(sdk, shop));
    for (const part of [element("style", {}, style), button, message]) root.appendChild(part);
    buttons.push({ button, message });
    box.appendChild(host);
  }

  async function start() {
    const role = document.querySelector('meta[name="path_role"]');
    if (role && !["PRODUCT_DETAIL", "ORDER_BASKET"].includes(role.content)) return;
    const boxes = document.querySelectorAll('[id="appPaymentButtonBox"]'); // skins repeat it, for phones
    if (boxes.length === 0) return;
    const sdk = await frontSDK();
    const shop = await ask(door("data") + query({ mall_id: sdk.mall, shop_no: sdk.shop }));
    for (const box of boxes) place(box, sdk, shop.mData);
    // A page that comes back by the back button comes as it was left.
    window.addEventListener("pageshow", (event) => event.persisted && show(false));
  }

  start().catch(note);
})();
