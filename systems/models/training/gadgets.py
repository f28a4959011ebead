"""Gadgets: more tools with the ways in which people ask for them, learned and never measured."""

from systems.models.training.toolbox import kit

__all__ = ["GADGETS"]

GADGETS = (
    kit("rent_car", "Rent a car in a city.", "city place; days integer for how many days", "rent a car in {city} for {days} days ~ I need a car in {city}, {days} days ~ get me a rental in {city} for {days} days ~ {days} days with a car in {city} please ~ a car for {days} days, pick up in {city}"),
    kit("order_taxi", "Order a taxi to an address.", "address street; time time? at {}", "a taxi to {address} ~ order a cab, {address} ~ send a taxi to {address} ~ I need a taxi, I am at {address} ~ get me a cab to {address}"),
    kit("get_menu", "The menu of a restaurant.", "restaurant company", "what does {restaurant} have on the menu ~ show me the menu of {restaurant} ~ menu of {restaurant} ~ what can I eat at {restaurant} ~ what do they cook at {restaurant}"),
    kit("open_account", "Open an account for a customer.", "customer person; currency EUR|USD|GBP", "open an account for {customer} in {currency} ~ {customer} wants an account, {currency} ~ new {currency} account for {customer} ~ set up an account in {currency} for {customer}"),
    kit("close_account", "Close a customer's account.", "account code", "close account {account} ~ account {account} is no longer needed ~ please shut down account {account} ~ end account {account}"),
    kit("get_balance", "Balance of an account.", "account code", "how much is on {account} ~ balance of {account} ~ what is left on account {account} ~ check the balance of {account} ~ how much money does {account} have", "balance money", "There is {balance} on {account}."),
    kit("transfer_money", "Transfer money to somebody.", "to person; amount money", "send {amount} to {to} ~ transfer {amount} to {to} ~ {to} should get {amount} ~ pay {to} {amount} ~ wire {amount} over to {to}"),
    kit("send_message", "Send a text message.", "to person; text topic", "tell {to} about {text} ~ text {to}: {text} ~ message {to} that it is about {text} ~ write {to} a message, {text}", "status sent", "Sent to {to}."),
    kit("lock_door", "Lock a door.", "room room", "lock {room} ~ close the door of {room} and lock it ~ {room} should be locked ~ make sure that {room} is locked"),
    kit("open_window", "Open a window.", "room room; percent integer? to {} percent", "open the window in {room} ~ let some air into {room} ~ window in {room}, open it ~ {room} needs air, open the window"),
    kit("start_machine", "Start a machine.", "machine product; minutes integer? for {} minutes", "start the {machine} ~ switch on {machine} ~ run the {machine} ~ {machine} should start now ~ get {machine} going"),
    kit("stop_machine", "Stop a machine.", "machine product", "stop the {machine} ~ switch off {machine} ~ halt {machine} ~ {machine} must stop ~ turn {machine} off"),
    kit("check_stock", "How many of an item are in stock.", "item item", "how many {item} do we have ~ are there {item} left ~ stock of {item} ~ is the shelf of {item} empty ~ count the {item} in stock", "left integer", "There are {left} {item} left."),
    kit("order_parts", "Order parts from a supplier.", "part item; quantity integer; supplier company", "order {quantity} {part} from {supplier} ~ {supplier} should send us {quantity} {part} ~ get {quantity} {part}, supplier {supplier} ~ we need {quantity} {part} of {supplier}"),
    kit("get_route", "Route to a place by car, bike or on foot.", "destination place; mode car|bike|foot", "how do I get to {destination} by {mode} ~ route to {destination}, {mode} ~ show me the way to {destination} by {mode} ~ {mode} route to {destination}"),
    kit("find_parking", "Parking near an address.", "address street", "where can I park near {address} ~ parking at {address} ~ find a place to park close to {address} ~ is there parking around {address}"),
    kit("get_news", "News about a topic.", "topic topic; count integer?, {} items", "news about {topic} ~ what is new on {topic} ~ anything in the news on {topic} ~ read me the news on {topic} ~ latest news: {topic}"),
    kit("define_word", "Meaning of a word.", "word material", "what does {word} mean ~ define {word} ~ meaning of {word} ~ look {word} up in the dictionary ~ explain the word {word}"),
    kit("get_population", "How many people live in a place.", "place place", "how many people live in {place} ~ population of {place} ~ how big is {place} ~ how many inhabitants does {place} have", "people integer", "{people} people live in {place}."),
    kit("convert_units", "Convert a measure to another unit.", "amount measure; unit km|miles|kg|pounds|litres", "convert {amount} to {unit} ~ how many {unit} are {amount} ~ {amount} in {unit} please ~ what is {amount} in {unit}"),
    kit("schedule_call", "Schedule a call with somebody.", "person person; date date; time time? at {}", "schedule a call with {person} on {date} ~ call with {person}, {date} ~ put a call with {person} into the calendar for {date} ~ I want to talk to {person} on {date}, plan it"),
    kit("get_calendar", "Appointments of a day.", "date date", "what do I have on {date} ~ my calendar for {date} ~ am I free on {date} ~ show the appointments of {date} ~ what is planned for {date}"),
    kit("delete_file", "Delete a file.", "name code", "delete file {name} ~ remove the file {name} ~ {name} can go, delete it ~ throw away file {name}"),
    kit("rename_file", "Rename a file.", "old_name code; new_name code", "rename {old_name} to {new_name} ~ {old_name} should be called {new_name} ~ give file {old_name} the name {new_name} ~ change the name {old_name} into {new_name}"),
    kit("share_document", "Share a document with somebody.", "document code; with_person person", "share {document} with {with_person} ~ let {with_person} see document {document} ~ give {with_person} access to {document} ~ {with_person} needs document {document}, share it"),
    kit("print_label", "Print a label.", "code code; copies integer?, {} copies", "print a label for {code} ~ label {code} ~ I need a label with {code} ~ print {code} on a label"),
    kit("hire_person", "Add a new employee.", "name person; team company", "{name} starts at {team}, add the record ~ hire {name} for {team} ~ new employee {name}, team {team} ~ put {name} on the staff of {team}"),
    kit("approve_request", "Approve a request.", "request_id code", "approve request {request_id} ~ {request_id} is fine, approve it ~ say yes to request {request_id} ~ request {request_id} is approved"),
    kit("reject_request", "Reject a request.", "request_id code; reason topic", "reject request {request_id} because of {reason} ~ say no to {request_id}, reason {reason} ~ turn down request {request_id}, {reason} ~ {request_id} is rejected for {reason}"),
    kit("request_leave", "Ask for days off.", "start date; days integer", "I want {days} days off from {start} ~ request leave, {days} days, starting {start} ~ {days} days of leave from {start} please ~ take {days} days off beginning {start}"),
    kit("report_problem", "Report a problem with a machine.", "machine product; problem problem", "the {machine} {problem}, report it ~ report a problem: {machine} {problem} ~ my {machine} {problem} ~ there is a problem, the {machine} {problem}", "ticket code", "Reported as {ticket}."),
    kit("book_ticket", "Buy tickets for a show.", "show company; seats integer; date date", "{seats} tickets for {show} on {date} ~ buy {seats} seats at {show}, {date} ~ we want to see {show} on {date}, {seats} of us ~ get {seats} tickets to {show} for {date}"),
    kit("get_fuel_price", "Price of fuel in a place.", "place place; fuel diesel|petrol|gas", "what does {fuel} cost in {place} ~ price of {fuel} in {place} ~ {fuel} price {place} ~ how expensive is {fuel} in {place}", "price money", "{fuel} costs {price} in {place}."),
    kit("set_volume", "Set the volume of a device.", "device product; level integer", "set the volume of {device} to {level} ~ {device} at volume {level} ~ make {device} play at {level} ~ turn {device} to volume {level}"),
    kit("water_plants", "Water the plants of a room.", "room room; litres integer? with {} litres", "water the plants in {room} ~ the plants in {room} need water ~ give the plants in {room} water ~ plants in {room}, water them"),
    kit("get_opening_hours", "When a shop is open.", "shop company; day monday|tuesday|wednesday|thursday|friday|saturday|sunday? {}", "when does {shop} open ~ opening hours of {shop} ~ is {shop} open ~ until when is {shop} open ~ hours of {shop}"),
    kit("subscribe", "Subscribe an address to a newsletter.", "email email; topic topic", "subscribe {email} to {topic} ~ put {email} on the list for {topic} ~ {email} wants news about {topic}, subscribe ~ sign up {email} for {topic}"),
    kit("list_guests", "Guests of a room on a day.", "room room; date date", "who is in {room} on {date} ~ guests of {room}, {date} ~ list the guests in {room} on {date} ~ who stays in {room} on {date}"),
    kit("assign_task", "Give a task to somebody.", "person person; task topic; due date? by {}", "assign {task} to {person} ~ {person} should do {task} ~ give {person} the task {task} ~ let {person} take care of {task} ~ task for {person}: {task}"),
    kit("measure_air", "Air quality of a place.", "place place", "how is the air in {place} ~ air quality in {place} ~ is the air clean in {place} ~ measure the air of {place}", "index integer", "The air index of {place} is {index}."),
)  # fmt: skip
"""Patterns are long lines on purpose: one line is one tool."""
