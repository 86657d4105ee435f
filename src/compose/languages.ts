import { CALLS, LEANING_STARTS, STANDING_STARTS } from "./english.ts";

/** What telling sentences apart and judging them needs to know of a language. All words in lower case. */
export interface LanguageLists {
  /** A full stop after these never ends a sentence: what they stand before follows. */
  readonly titles: ReadonlySet<string>;
  /** After these it may: it does where the next word is one of `common`, as sentences like to start. */
  readonly abbreviations: ReadonlySet<string>;
  /** Words that say little of what a text is about. */
  readonly common: ReadonlySet<string>;
  /** A sentence that starts with these leans on the one before it. */
  readonly leaning: ReadonlySet<string>;
  /** Likewise, of several words, or in writing without spaces; for text in lower case. */
  readonly leaningStarts: RegExp;
  /** Starts that look like those and stand alone all the same: "This guide", "There are", "It is time to"; for lower case, too. */
  readonly standingStarts: RegExp;
  /** Talk about the page that the sentence stood on. */
  readonly callsToAction: RegExp;
  /** The writer's own voice, and talk to the reader. */
  readonly personal: ReadonlySet<string>;
  /** Whether "3." may be an ordinal, as in "am 3. Oktober". */
  readonly ordinals: boolean;
}

interface Written {
  readonly titles?: string;
  readonly abbreviations?: string;
  readonly common: string;
  readonly pronouns: string;
  readonly connectives: string;
  readonly starts?: RegExp;
  /** "Auf diese", "dans cette": what they point to stands before, but for the text itself and the time it is read in. */
  readonly pointing?: RegExp;
  /** Connectives that stand a few words into a sentence: "Les vélos seront toutefois autorisés". */
  readonly within?: string;
  readonly standing?: RegExp;
  readonly calls?: RegExp;
  readonly personal?: string;
  readonly ordinals?: boolean;
}

const NEVER = /(?!)/;

function lists(written: Written): LanguageLists {
  const set = (words = "") => new Set(words.split(" ").filter((word) => word !== ""));
  return {
    titles: set(written.titles),
    abbreviations: set(written.abbreviations),
    common: set(`${written.common} ${written.pronouns} ${written.connectives} ${written.personal ?? ""}`),
    leaning: set(`${written.pronouns} ${written.connectives}`),
    leaningStarts: forLowerCase(leaningStarts(written)),
    standingStarts: forLowerCase(written.standing ?? NEVER),
    callsToAction: written.calls ?? NEVER,
    personal: set(written.personal),
    ordinals: written.ordinals ?? false,
  };
}

/** With "i", V8 takes four times as long to compile the letters of all writings: 20 ms for English. */
const forLowerCase = ({ source }: RegExp) => new RegExp(source, "u");

function leaningStarts({ starts, pointing, within }: Written): RegExp {
  const words = within?.replaceAll(" ", "|").replaceAll("_", " ");
  const later = words === undefined ? undefined : `^(?:\\S+ ){1,7}(?:${words})(?![\\p{L}])`;
  const all = [starts?.source, pointing?.source, later].filter((each) => each !== undefined);
  return all.length === 0 ? NEVER : new RegExp(all.join("|"), "iu");
}

const WRITTEN: Readonly<Record<string, Written>> = {
  en: {
    titles:
      "mr mrs ms mx dr prof st rev hon gov gen lt col sgt capt cpt maj cmdr adm sen rep pres mt ft vs cf ca approx e.g i.e viz messrs fr supt det insp",
    abbreviations:
      "sr jr etc al no nos vol vols pp p fig figs ed eds est inc ltd co corp bros dept jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri sat sun u.s u.k u.n e.u d.c u.s.a a.m p.m ph.d m.d b.a m.a b.c a.d ave blvd rd ste univ assn ch sec art",
    common:
      "a an and are as at be been being by can could did do does doing for from had has have having if in into is its may might more most must no not of off on one onto or our out over own same should some than the to too under until up upon very was were what when where which while who whom whose why will with within without would about after all any because before between both during each few how just like many much now only other such since through two get got make made new said say says via amid among around against also",
    pronouns:
      "he she it they him her hers his its their theirs them himself herself itself themselves this that these those such there here he's she's it's they're that's there's here's he’s she’s it’s they’re that’s there’s here’s",
    connectives:
      "and but or nor so yet then thus hence however therefore moreover furthermore meanwhile nevertheless nonetheless otherwise besides instead also still additionally consequently accordingly similarly likewise conversely finally lastly next plus another both neither others again too indeed afterwards overall ultimately unfortunately fortunately luckily below above other specifically",
    starts: LEANING_STARTS,
    standing: STANDING_STARTS,
    calls: CALLS,
    personal:
      "i me my mine myself i'm i've i'd i'll i’m i’ve i’d i’ll we us our ours we're we've we'll we’re we’ve we’ll let's let’s you your yours you're you'll you've you’re you’ll you’ve",
  },
  de: {
    titles:
      "hr fr dr prof dipl ing st z.b d.h u.a v.a i.d.r bzw ggf ca vgl sog inkl evtl zzgl abs art frl gen z b d h u a o.ä med rer nat phil jur habil bspw i r",
    abbreviations:
      "usw co nr str bd mio mrd tsd etc jr sen jan feb apr aug sept okt nov dez mo di mi do sa so v.chr n.chr u.s s jh geb gest",
    common:
      "der die das den dem des ein eine einen einem einer eines und oder in im ins an am auf aus bei beim mit nach von vom vor zu zum zur für über unter um durch gegen ohne bis seit ist sind war waren wird werden wurde wurden hat haben hatte hatten sein kann können soll sollen muss müssen als wie so nicht kein keine nur auch noch schon sich dass wenn weil was wer wo mehr sehr man es",
    pronouns:
      "er sie es ihm ihn ihr ihre ihren ihrem ihrer sein seine seinen seinem seiner dies diese dieser dieses diesen diesem jene jener jenes das da dort hier darin damit davon dafür daran darauf dazu dabei dagegen solche",
    connectives:
      "und aber doch denn oder sondern jedoch dennoch trotzdem deshalb daher darum deswegen außerdem zudem ferner allerdings hingegen dann danach schließlich zuvor somit also so auch ebenso zwar nun inzwischen gleichzeitig stattdessen andererseits andere weitere",
    pointing:
      /^(?:auf|in|mit|bei|nach|aus|von|zu|für|durch|über|unter|gegen|an|seit|trotz|wegen|um) (?:dies|jen)\p{L}*(?! (?:artikel|beitrag|text|jahr|sommer|herbst|winter|frühjahr|monat|woche|tage)\p{L}*)/u,
    within: "zudem jedoch allerdings hingegen dagegen außerdem ebenfalls daraufhin",
    personal: "ich mir mich mein meine meinen wir uns unser unsere du dir dich dein deine",
    ordinals: true,
  },
  fr: {
    titles: "m mm mme mmes mlle dr pr me st ste mgr cf p.ex env av",
    abbreviations: "etc n° art p pp vol éd janv févr juil sept oct nov déc ex chap fig bd",
    common:
      "le la les l un une des du de d et ou à au aux en dans par pour sur sous avec sans chez est sont était étaient été être a ont avait avaient avoir que qu qui quoi dont où ce se s ne n pas plus moins très y comme mais si leur leurs",
    pronouns:
      "il elle ils elles on lui eux leur leurs son sa ses ce cet cette ces cela ça ceci celui celle ceux celles celui-ci celle-ci ceux-ci celles-ci celui-là celle-là c'est c’est ce là ici y en",
    connectives:
      "et mais ou donc or car cependant pourtant toutefois néanmoins ainsi alors puis ensuite enfin aussi d'ailleurs d’ailleurs or bref sinon parallèlement autres d'autres d’autres",
    starts:
      /^(?:en (?:effet|revanche|outre|conséquence|fait|plus)|par (?:ailleurs|exemple|conséquent|contre)|au contraire|c['’](?:est|était)|d['’](?:autre part|un côté|ailleurs)|de plus|pour autant|dans ce)(?![\p{L}])/iu,
    pointing:
      /^(?:dans|à|avec|pour|par|de|sur|sous|selon|après|avant|malgré|en|chez) (?:ce|cet|cette|ces|ceux|cela)(?!\p{L})(?! (?:article|guide|billet|année|été|hiver|printemps|automne|mois|semaine|jours))/u,
    within: "toutefois cependant néanmoins également en_revanche",
    personal: "je j me mon ma mes nous notre nos tu te ton vous votre vos",
  },
  es: {
    titles: "sr sra srta sres dr dra d dña prof gral lic ing st sta sto p.ej ud uds ee",
    abbreviations:
      "etc núm nº pág págs art vol ee.uu uu cía s.a no tel av c ene feb mar abr jun jul ago sept oct nov dic",
    common:
      "el la los las lo un una unos unas de del y e o u a al en con por para sin sobre entre desde hasta es son era eran fue fueron ser ha han había haber está están que quien quienes cual donde como cuando se no más menos muy ya si su sus le les pero",
    pronouns:
      "él ella ellos ellas ello le les lo su sus este esta estos estas esto ese esa esos esas eso aquel aquella aquello allí ahí aquí",
    connectives:
      "y e pero mas o sino aunque sin embargo además también entonces luego así pues por tanto asimismo mientras finalmente después igualmente incluso tampoco otros otras",
    starts:
      /^(?:sin embargo|no obstante|por (?:ejemplo|eso|ello|lo tanto|tanto|otro lado|otra parte|el contrario|su parte)|en (?:cambio|efecto|este|ese|esta|esa)|a (?:pesar de (?:ello|eso)|su vez)|de (?:hecho|este modo|esta manera)|es decir|al mismo tiempo)(?![\p{L}])/iu,
    pointing:
      /^(?:en|con|por|para|de|a|sobre|según|tras|desde|ante) (?:est[aeo]s?|es[aeo]s?|aquel\p{L}*)(?!\p{L})(?! (?:artículo|guía|año|verano|invierno|mes|semana|días))/u,
    within: "sin_embargo además también no_obstante",
    personal: "yo me mi mis nosotros nos nuestro nuestra tú te tu tus usted",
  },
  it: {
    titles: "sig sigg dott dr prof ing avv on s st es ecc.mo arch geom",
    abbreviations: "ecc etc n nn pag pagg art vol cfr s.p.a tel gen feb mar apr giu lug ago set ott nov dic",
    common:
      "il lo la i gli le l un uno una di del dello della dei degli delle e ed o a al allo alla ai agli alle da dal dalla in nel nella nei nelle con su sul sulla per tra fra è sono era erano ha hanno aveva essere stato stata che chi cui non più meno molto come se si ma anche ci",
    pronouns:
      "egli ella esso essa essi esse lui lei loro suo sua suoi sue questo questa questi queste quello quella quelli quelle quel ciò lì là qui qua",
    connectives:
      "e ed ma però o oppure quindi dunque perciò infatti inoltre tuttavia anche poi così allora invece infine intanto ancora eppure pertanto altri altre",
    starts:
      /^(?:per (?:esempio|questo|quanto|contro)|in (?:effetti|questo|questa|particolare|realtà)|d['’]altra parte|al contrario|nel frattempo|di conseguenza|a sua volta)(?![\p{L}])/iu,
    pointing:
      /^(?:in|con|per|da|di|a|su|secondo|dopo|tra) (?:quest|quell)\p{L}+(?! (?:articolo|guida|anno|estate|mese|settimana|giorni))/u,
    within: "inoltre tuttavia però invece",
    personal: "io mi mio mia noi nostro nostra tu ti tuo voi vostro",
  },
  pt: {
    titles: "sr sra srta dr dra prof profa d dom st sta eng p.ex exmo",
    abbreviations:
      "etc nº núm pág págs art vol s.a ltda cia av tel jan fev mar abr jun jul ago set out nov dez",
    common:
      "o a os as um uma uns umas de do da dos das e ou em no na nos nas ao à aos às por pelo pela para com sem sobre entre até desde é são era eram foi foram ser tem têm tinha há está estão que quem qual onde como quando se não mais menos muito já seu sua seus suas mas também",
    pronouns:
      "ele ela eles elas seu sua seus suas lhe lhes isto isso aquilo este esta estes estas esse essa esses essas aquele aquela ali aí aqui",
    connectives:
      "e mas ou porém contudo todavia entretanto portanto assim então logo além também ainda depois finalmente embora pois outros outras",
    starts:
      /^(?:por (?:exemplo|isso|outro lado|sua vez)|no entanto|além disso|em (?:vez disso|seguida)|de facto|de fato|ao mesmo tempo|apesar disso|ou seja|com isso|ness[ea]|nest[ea])(?![\p{L}])/iu,
    pointing:
      /^(?:(?:em|com|por|para|de|a|sobre|segundo|após) (?:est|ess)[ae]s?|[dn](?:est|ess)[ae]s?|[dn]isso)(?!\p{L})(?! (?:artigo|guia|ano|verão|mês|semana|dias))/u,
    within: "também no_entanto porém contudo",
    personal: "eu me meu minha nós nosso nossa você vocês tu teu tua",
  },
  nl: {
    titles: "dhr mevr mw dr drs ir ing mr prof ds st bijv bv d.w.z m.b.t o.a ca jl jkvr",
    abbreviations:
      "enz etc nr nrs blz jr sr a.u.b z.o.z art jan feb mrt apr jun jul aug sept okt nov dec v.chr n.chr tzn",
    common:
      "de het een en of in op aan bij met van voor naar uit over onder door tot tegen zonder om te is zijn was waren wordt worden werd werden heeft hebben had hadden kan kunnen moet moeten zal als dat die wat wie waar hoe dan niet geen ook nog al maar zich meer zeer er",
    pronouns:
      "hij zij ze het hem haar hun hen zijn dit dat deze die daar hier er daarmee daarvoor daarna zulke",
    connectives:
      "en maar of want dus echter toch daarom bovendien ook verder intussen ondertussen dan vervolgens ten tenslotte bijvoorbeeld desondanks niettemin daarnaast evenwel andere overige",
    pointing:
      /^(?:in|met|bij|na|uit|van|voor|door|over|onder|op|aan|om) (?:deze|dit|dat|die)(?!\p{L})(?! (?:artikel|gids|jaar|zomer|winter|maand|week|dagen))/u,
    within: "echter bovendien daarentegen",
    personal: "ik me mij mijn wij we ons onze jij je jouw jullie u uw",
  },
  pl: {
    titles: "p dr prof mgr inż św ks hab lek płk gen tj tzw tzn np m.in ok im ul al pl os",
    abbreviations: "itd itp nr r w str godz tys mln mld zł proc art ust pkt wyd jr sp",
    common:
      "i a w we z ze na do od o u po za nad pod przed przy przez dla bez oraz lub albo jest są był była było były być ma mają nie że co kto który która które którzy jak gdy jeśli się tak też już tylko bardziej to ale czy",
    pronouns:
      "on ona ono oni one jego jej ich mu ją ten ta to ci te tego tej tych tym taki taka takie tam tu tutaj",
    connectives:
      "i a ale lecz jednak więc zatem dlatego ponadto poza także również też potem następnie wreszcie natomiast tymczasem jednakże bo albo zaś mimo inne inni pozostali pozostałe",
    pointing:
      /^(?:w|na|z|do|od|po|dla|przez|przy|o|za) (?:tym|tej|tych|tego|tę|ten|to)(?!\p{L})(?! (?:artykule|roku|tygodniu|miesiącu))/u,
    within: "jednak również natomiast ponadto",
    personal: "ja mnie mi mój moja my nas nasz nasza ty ciebie twój wy wasz",
    ordinals: true,
  },
  ru: {
    titles: "г гг ул им проф акад д-р св т.е т.н т.к напр пр п е н к о см ср кв корп д стр",
    abbreviations: "др т.д т.п руб коп тыс млн млрд стр рис гл ст в вв н.э р кг км м обл",
    common:
      "и в во на с со к ко о об от до по за из у при для без под над через между а но или не ни что чтобы как когда если то же бы ли был была было были быть есть это который которая которое которые все всё так уже ещё только более",
    pronouns:
      "он она оно они его её ее их ему ей им этот эта это эти этого этой этих тот та то те того той тех такой такая такие там тут здесь",
    connectives:
      "и а но однако или поэтому затем потом также тоже кроме зато итак впрочем следовательно наконец причем при притом тем между иначе другие остальные",
    pointing:
      /^(?:в|на|с|о|об|по|для|из|от|к|при|после) (?:эт\p{L}+|том|той|тех)(?!\p{L})(?! (?:статье|году|неделе|месяце))/u,
    within: "однако также",
    personal: "я меня мне мой моя мы нас нам наш наша ты тебя твой вы вас ваш",
  },
  ar: {
    titles: "د أ م",
    common:
      "في من إلى على عن مع أن إن لا ما لم لن قد كان كانت يكون هو هي هذا هذه ذلك تلك التي الذي الذين كل بعد قبل بين حتى أو ثم و كما عند خلال أي غير",
    pronouns:
      "هو هي هم هن هما هذا هذه ذلك تلك هؤلاء أولئك هنا هناك وهو وهي وهم وهذا وهذه وذلك لكنه لكنها لأنه إنه إنها أنه أنها",
    connectives:
      "ولكن لكن ثم كما لذلك ولذلك أيضا أيضًا بينما غير بل أو وأيضا ومع وبالتالي بالتالي إذن حيث وقال وقالت وأضاف وأضافت وتابع وأكد وأوضح وأشار",
    personal: "أنا نحن أنت أنتم لي لنا",
  },
  hi: {
    titles: "डॉ श्री श्रीमती प्रो सु कु पं",
    common:
      "का की के को से में पर और या है हैं था थी थे हो होगा होगी ने तक लिए साथ भी ही कि जो एक इस उस यह वह ये वे नहीं कर रहा रही रहे गया गई गए किया जा",
    pronouns:
      "वह वे यह ये उसने उसका उसकी उसके उन्होंने उनका उनकी उनके उसे उन्हें इसका इसकी इसके इसने इन्होंने इस इन उस उन इसे इन्हें यहाँ यहां वहाँ वहां इसमें इससे",
    connectives: "और लेकिन मगर परंतु किंतु इसलिए फिर तो हालांकि तथा या साथ बल्कि वहीं इसके",
    personal: "मैं मुझे मेरा मेरी हम हमें हमारा हमारी तुम आप आपका",
  },
  zh: {
    common: "",
    pronouns: "",
    connectives: "",
    starts:
      /^(?:他|她|它|这|那|此|其|该|這|該|但|而且|而|因此|所以|然而|不过|不過|同时|同時|此外|另外|于是|於是|并且|並且|另一方面|例如|比如|总之|總之|也就是)/u,
    personal: "我 我们 我們 你 你们",
  },
  ja: {
    common: "",
    pronouns: "",
    connectives: "",
    starts:
      /^(?:彼|これ|それ|あれ|この|その|あの|ここ|そこ|こう|そう|しかし|だが|具体的|同|これら|でも|また|そして|さらに|ただし|ただ|なお|つまり|例えば|たとえば|一方|そのため|したがって|だから|では|ところが|なぜなら|すると)/u,
    personal: "私 僕 俺 私たち あなた",
  },
};

const LISTS = new Map(Object.entries(WRITTEN).map(([language, written]) => [language, lists(written)]));

/** Of a language that is not above. */
export const NO_LISTS = lists({ common: "", pronouns: "", connectives: "" });

/** By language, without its region; undefined for one that pressrun knows too little of. */
export function listsOf(language: string): LanguageLists | undefined {
  return LISTS.get(language) ?? LISTS.get(new Intl.Locale(language).language);
}

/** How often a text has a language's commonest words at least, and how much oftener than any other's, to be in it. */
const LEAST_COMMON = 3;
const CLEARLY = 2;

/** The language of some words, by the commonest ones; undefined where that is not clear. */
export function languageOf(words: readonly string[]): string | undefined {
  const counts = [...LISTS].map(([language, { common }]) => ({
    language,
    count: words.filter((word) => common.has(word)).length,
  }));
  const [first, second] = counts.toSorted((a, b) => b.count - a.count);
  if (first === undefined || first.count < LEAST_COMMON) return undefined;
  return first.count >= CLEARLY * (second?.count ?? 0) ? first.language : undefined;
}
