#!/bin/sh
# Trades through `plimsoll engine` from a shell: two markets, two accounts, orders, a fill, a preview,
# queries, and at the end the proof that no money was made or lost. Needs nothing but a POSIX shell.
#
#   sh examples/engine/trade.sh
#
# PLIMSOLL is the command to run; by default the one of this checkout.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
: "${PLIMSOLL:=node $root/bin/plimsoll.mjs}"
answers=$(mktemp)
trap 'rm -f "$answers"' EXIT

# One command a line. `ref` comes back in the answer, so that each answer can be found again.
$PLIMSOLL engine >"$answers" <<'LINES'
{"ref":"usdt","command":"create_asset","symbol":"USDT","decimals":6,"settlement":true,"time":1700000000000}
{"ref":"btc","command":"create_asset","symbol":"BTC","decimals":8,"price":"60000"}
{"ref":"perp","command":"create_market","symbol":"BTC-PERP","kind":"perp","quote":"USDT","price_unit":"0.1","size_unit":"0.001","maker_fee":"0.0001","taker_fee":"0.0005"}
{"ref":"spot","command":"create_market","symbol":"BTC/USDT","kind":"spot","base":"BTC","quote":"USDT","price_unit":"0.01","size_unit":"0.0001"}
{"ref":"alice","command":"create_account","name":"alice"}
{"ref":"bob","command":"create_account","name":"bob"}
{"ref":"money-1","command":"deposit","account":"alice","asset":"USDT","amount":"20000"}
{"ref":"money-2","command":"deposit","account":"bob","asset":"USDT","amount":"20000"}
{"ref":"money-3","command":"deposit","account":"bob","asset":"BTC","amount":"1.5"}
{"ref":"index","command":"update_index","market":"BTC-PERP","price":"60000","mark":"60000"}
{"ref":"rest","command":"place_order","account":"alice","market":"BTC-PERP","side":"sell","price":"60010","size":"0.5","client_order_id":"alice-1"}
{"ref":"what-if","preview":{"command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","type":"market","size":"0.2"}}
{"ref":"fill","command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","type":"market","size":"0.2","id":"bob-1"}
{"ref":"again","command":"place_order","account":"bob","market":"BTC-PERP","side":"buy","type":"market","size":"0.2","id":"bob-1"}
{"ref":"spot-sell","command":"place_order","account":"bob","market":"BTC/USDT","side":"sell","price":"60005.5","size":"0.25"}
{"ref":"spot-buy","command":"place_order","account":"alice","market":"BTC/USDT","side":"buy","price":"60005.5","size":"0.1"}
{"ref":"too-much","command":"withdraw","account":"alice","asset":"USDT","amount":"50000"}
{"ref":"number","command":"deposit","account":"alice","asset":"USDT","amount":5}
{"ref":"book","query":"book","market":"BTC-PERP","queue":true}
{"ref":"position","query":"positions","account":"bob"}
{"ref":"cancel","command":"cancel_order","account":"alice","client_order_id":"alice-1"}
{"ref":"orders","query":"orders","account":"alice"}
{"ref":"sum","query":"conservation"}
LINES

# expect REF TEXT: the answer with that ref holds the text.
expect() {
  if ! grep -F "\"ref\":\"$1\"" "$answers" | grep -qF "$2"; then
    echo "trade.sh: the answer to $1 does not hold $2:" >&2
    grep -F "\"ref\":\"$1\"" "$answers" >&2 || echo '(no answer)' >&2
    exit 1
  fi
}

for made in usdt btc perp spot alice bob money-1 money-2 money-3 index rest spot-sell cancel; do
  expect "$made" '"ok":true'
done
expect rest '"client_order_id":"alice-1"'
expect what-if '"preview":true'
expect what-if '"event":"order_filled"'
expect fill '"price":"60010","size":"0.2"'
expect fill '"taker_fee":"6.001"'
expect again '"repeated":true'
expect spot-buy '"event":"order_filled"'
expect too-much '"code":"INSUFFICIENT_BALANCE"'
expect number '"code":"MALFORMED"'
expect book '"asks":[{"price":"60010","size":"0.3","orders":1,"queue":[{"order":"1","account":"alice","open":"0.3"}]}]'
expect position '"size":"0.2"'
expect orders '"orders":[]'
expect sum '"asset":"USDT"'
if grep -F '"ref":"sum"' "$answers" | grep -o '"difference":"[^"]*"' | grep -qvF '"difference":"0"'; then
  echo 'trade.sh: money was made or lost' >&2
  exit 1
fi
echo "trade.sh: $(wc -l <"$answers" | tr -d ' ') answers, all as expected"
