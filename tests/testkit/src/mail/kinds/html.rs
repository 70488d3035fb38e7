//! Mail of firms: tables, real style blocks, remote pictures and trackers.

use super::Occasion;
use crate::mail::{Letter, Part, Person};

const STYLE: &str = "
    body { margin: 0; background: #f2efe8; color: #25221d; font-family: Georgia, 'Times New Roman', serif; }
    .sheet { width: 600px; margin: 24px auto; background: #ffffff; border: 1px solid #ded8cc; }
    .head { background: #2f4a3a; color: #f7f4ec; padding: 28px 32px; }
    .head h1 { margin: 0; font-size: 26px; font-weight: normal; letter-spacing: 0.4px; }
    .body { padding: 24px 32px; font-size: 16px; line-height: 1.55; }
    .body h2 { font-size: 19px; color: #2f4a3a; margin: 22px 0 6px; }
    .button { display: inline-block; padding: 10px 20px; background: #b4532a; color: #ffffff; text-decoration: none; }
    .foot { padding: 16px 32px; font-size: 12px; color: #807868; border-top: 1px solid #ded8cc; }
    table.sum { width: 100%; border-collapse: collapse; }
    table.sum td { padding: 8px 0; border-bottom: 1px solid #e6e1d6; }
    table.sum td.right { text-align: right; }
    @media only screen and (max-width: 620px) { .sheet { width: 100% !important; border: 0; } .body { padding: 16px; } }
";

/// A newsletter with a style block, two remote pictures and a tracker.
pub fn newsletter(o: Occasion<'_>) -> Letter {
    let from = Person::new("The Seed Library", "post@seedlibrary.example");
    let month = crate::mail::date::civil(o.at).long_month_name();
    let issue = o.random.below(90) + 10;
    let html = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>The Seed Library</title><style>{STYLE}</style></head><body>\
         <div class=\"sheet\"><div class=\"head\"><h1>The Seed Library</h1>Issue {issue}, {month}</div>\
         <img src=\"https://images.seedlibrary.example/{issue}/cover.jpg\" width=\"600\" alt=\"Rows of broad beans\">\
         <div class=\"body\"><h2>What to sow now</h2>\
         <p>Broad beans, garlic, and the case for doing nothing at all until January.</p>\
         <h2>From the shelves</h2><p>Forty new packets came in last week, most of them peas. \
         The <em>Carlin</em> is back after two poor summers.</p>\
         <img src=\"https://images.seedlibrary.example/{issue}/peas.jpg\" width=\"536\" alt=\"Peas\">\
         <p><a class=\"button\" href=\"https://seedlibrary.example/borrow?issue={issue}\">Borrow seeds</a></p></div>\
         <div class=\"foot\">You get this because you borrowed seeds. \
         <a href=\"https://seedlibrary.example/leave\">Leave the list</a></div></div>\
         <img src=\"https://track.seedlibrary.example/o?u={}\" width=\"1\" height=\"1\" alt=\"\"></body></html>",
        o.random.number()
    );
    let text = "What to sow now\n\nBroad beans, garlic, and the case for doing nothing at all until January.\n";
    let subject = format!("What to sow in {month}: issue {issue}");
    Letter::new(&from, o.to, &subject, o.at, Part::alternative(vec![Part::text(text), Part::html(&html)]))
        .header("List-Id", "<news.seedlibrary.example>")
        .header("List-Unsubscribe", "<https://seedlibrary.example/leave>")
        .header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
}

/// A shop's receipt: HTML alone, a table with numbers.
pub fn receipt(o: Occasion<'_>) -> Letter {
    let from = Person::new("Ironmonger & Daughters", "orders@ironmonger.example");
    let number = 10_000 + o.random.below(89_999);
    let pence = 900 + o.random.below(9_000);
    let price = |p: usize| format!("£{}.{:02}", p / 100, p % 100);
    let html = format!(
        "<html><head><style>{STYLE}</style></head><body><div class=\"sheet\"><div class=\"head\"><h1>Thank you</h1>\
         Order {number}</div><div class=\"body\"><table class=\"sum\">\
         <tr><td>Hinges, brass, pair</td><td class=\"right\">{}</td></tr>\
         <tr><td>Delivery</td><td class=\"right\">£4.50</td></tr>\
         <tr><td><b>Total</b></td><td class=\"right\"><b>{}</b></td></tr></table>\
         <p>It leaves us tomorrow.</p></div></div></body></html>",
        price(pence),
        price(pence + 450)
    );
    Letter::new(&from, o.to, &format!("Your order {number}"), o.at, Part::html(&html))
}
