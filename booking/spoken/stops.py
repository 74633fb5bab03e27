"""Words that nobody should have to say, or hear from a stranger on the telephone.

Rude or of the body; of violence, fear, crime and war; of faith, power and parties; of
illness and death; names of people, of days and of months, numbers; what a bank or who
speaks in its name would say; and words that are no picture, or that few people know.
Taken out of the public lists before anything is drawn from them. A change here changes
pairs that people hold in their hands: a test keeps the digest of what remains.
"""

from __future__ import annotations

_FRENCH = """
abandon abdiquer abolir abrasif abroger abrupt absurde abusif abyssal accabler accuser
acerbe achat acheter acompte adulte affreux affubler agacer alarmer alerte aliéner
allouer altesse amateur ambigu amertume amour anaphore anarchie anatomie anéantir
angoisse anormal antidote anxieux apologie argent armement armoire armure arpenter
arsenic artériel assaut asservir asticot atrium atroce attaque aurore avarice aveugle
avril axial bafouer bancaire bandage banlieue banquier barbier bastion bataille batterie
baudrier bénéfice bilan biopsie biotype bistouri bitume bizarre blafard blessant bloquer
bobard boucle bourse boxeur brasier brigade brutal bruyant bustier caféine calibre
calomnie calvaire canon caporal carabine caresser carnage cassure caution céleste
cendrier censurer cérébral cerveau chagrin chasseur chavirer chéquier chiffre chlorure
chute cigare citoyen civil client clivage clonage cloporte cobra coder codifier coffre
cogner colère colmater colonel combat confier connoter contact corbeau coupure couteau
crainte créditer crier croire crotale cruel crypter cupide curatif cyanure cynique
damier danger débattre débiter déborder débrider décembre déchirer décider déclarer
décupler déesse défensif déglutir demander démolir dénuder dépenser déphaser déranger
dérober désastre désobéir destrier détester détourer détresse diable dicter dimanche
diminuer dioxyde dissiper diviser docteur dogme dompter donateur donner dopamine dossier
dotation douanier double dragon duperie dynastie économie écraser effacer effrayer
égarer éjecter élitisme embryon empereur emprise enchère enclave enfermer enfouir ennemi
ennuyeux envahir envoyer épargne épidémie épier épitaphe épuisant erreur éruption
estomac étatique éteindre éternel éthanol éthique ethnie étrange euphorie évasion
exaucer excitant exécuter exhaler exiler exotique explorer exquis extraire facture
faiblir farfelu fatal fatigue fautif fébrile fédérer femme fémur fendoir féodal féroce
février fiasco filetage filleul filou financer flasque fléau fleur flore folie fongible
fortune fossile foudre fouiller foulure fragile frapper frayeur frémir frénésie fugitif
fuite fureur furieux furtif garantir gélule gendarme général génie gentil gicler glaive
gorge gorille gouffre gourmand graffiti grappin gratuit griffure grogner gronder
guerrier gyrostat hachoir harpon hélium hématome hiberner hilarant honteux horde hormone
horrible humain hurler hygiène hymne hypnose idylle illicite impact impérial implorer
imputer incarner incendie incident ineptie infini infliger infusion inhaler inhiber
injecter injure inoculer inonder insulter intime intrigue inutile invasion invoquer
irradier irréel irriter ivresse janvier jauger javelot jeudi jouissif jugement juriste
justice labial lacérer larme légal lézard ligature ligoter lingot lithium litige loterie
louer loyal lubie lucratif lugubre luisant lundi luron lutter luxueux magique maigre
majorer malaxer maléfice malheur malice mandater maniable mardi matraque maudire
maussade méchant médecin membre menacer menhir mensonge mercredi messager microbe
million minute miracle miroiter missile monnaie monstre moqueur morsure mortier munition
muraille mutation muter mutuel mystère mythique narquois natation nation naufrage
nébuleux néfaste négliger négocier nerveux neurone nitrate noble nocif noirceur nomade
normatif novembre nuire nuisible numéro nuptial nuque obscur obstacle obturer octobre
octupler oculaire odeur odorant offenser officier offrir ogive olivier onctueux onéreux
onirique opaque opérer opprimer orageux organe orgueil orifice orque ossature ouragan
outrager palper paniquer paresse parole parrain passion pavoiser payer pénétrer pénible
pénurie perforer période perte pharaon phobie pipette piquer placard pleurer plexus
policier pommade poulain poumon poussin précieux prince prison priver problème procéder
prodige proie promener psychose public puceron pulsar punaise punitif quasar querelle
quotient raideur rapide ravager ravin réanimer recevoir réclamer rédiger redouter
réformer régalien rejeter remède remise renvoi reporter requin résineux résoudre
réticule retomber revanche révolte révulsif richesse risible risque rituel rival rompre
rosier royaume ruiner ruser saboter sabre salive salon samedi sanction sanglier sarcasme
sauter sauvage scalpel scandale scélérat sceptre scrutin sécable secouer sédatif séduire
seigneur semaine semence séminal sénateur sergent sérum sévir sevrage sextuple siècle
siffler signal sinistre sirop sismique social sodium soldat solitude sombre sommeil
somnoler sorcier sottise soutirer sternum stipuler stupeur substrat suiveur sulfate
surmener surprise sursaut survie suspect symétrie synapse syntaxe tabac talisman tarif
tatouage taxer tenaille tension terrible tétine thérapie thorax tibia tiède tirelire
titane toponyme tornade torpille torrent totem tousser toxine traction trafic tragique
trahir trancher trésor tribunal tripler triturer tumulte tympan typhon tyran ubuesque
unifier union unique uranium urticant usuel usure utopie vacarme vaccin vagabond vaincre
valable valise vampire vaseux vassal vendredi vénérer venger venimeux vérin verser
vétéran vétuste vexant vexer viande victoire vidange vilain vipère virement virus visage
visqueux vital vitesse viticole vivace vivipare vocation volcan vorace vortex voter
xénon
"""

_ENGLISH = """
abandon able about above absent absurd abuse access accident account accuse across
actual addict address adult afraid again ahead aisle alarm alcohol alien almost alone
already also always among anger angry ankle another anxiety apology approve april
amateur argue armed armor army around arrest arrow assault asset asthma attack auction
audit august autumn away awful awkward bachelor bargain battle because become before
begin behind believe below belt bench best betray better between beyond bind bitter
black blade blame blast bleak bless blind blood blouse body bomb bone border boring boss
bounce brain bring broken bullet bunker burden burger burst business buyer cage bonus
cannon capital card cash casino cement census century certain chaos chase cheap chest
chief chronic cigar citizen claim claw clay cliff clinic clown club code coil coin
common confirm congress cost crack cram civil crash crater crawl crazy credit cricket
crime crisp critic cross crouch crumble crunch crush current damage damp dawn debate
debris december decline decrease deer defense defy coyote delay demise denial dentist
deny deposit depth deputy derive cruel despair destroy device devote diesel diet dilemma
danger dirt disagree discover disease dismiss disorder divert divorce dizzy doctor
donate donkey drama drastic drink drop dumb during dust dutch duty dwarf early earn
eight either elbow elite else empty endless enemy enforce double enlist enough erase
erode erosion error erupt escape estate eternal ethics evil exclude execute exhaust
exile exit expire expose express eyebrow face fade faint faith fall false fault february
federal female fence fever fiber fiction find fire first fiscal flame flash flee flush
force fossil frown frozen fury gain garbage gasp general ghost girl give gloom fatal
fatigue goddess gold good goose gorilla gospel gossip govern grab grace grant great
grief grit grunt guard guilt half hammer hard harsh have hawk hazard heart heavy hello
fortune help hero hidden high fragile hockey hold hollow hope horn horror hospital hour
hundred hungry hunt hurdle hurt husband identify idle ignore illegal illness immune
impose income infant inflict inherit inject injury inmate insane inside interest into
invest invite isolate jazz jealous jewel judge jungle just keep kick kidney kingdom kiss
knee knife know lady large later latin lawsuit lazy leader learn leave left impact legal
legend liar liberty like limb limit little live loan lonely intact long lottery loud
lucky luxury major make mandate mansion march margin marriage master matter maximum mean
melody member mention mercy merit midnight lecture minimum minor misery miss mistake
monkey monster month moral more morning mosquito move much mule must myself myth naive
name nasty near neck need negative neglect neither nerve never next nice night nominee
normal nose nothing notice nuclear number nurse oblige obscure obtain obvious occur
october odor offer often okay olive olympic once online only open oppose option million
organ orphan minute other outer outside over owner panic party patch muscle patient
patrol payment peasant penalty nation perfect permit phone pill noble pistol please
pledge pluck plunge pole police popular possible poverty powder prevent price primary
private prize problem profit property pulse punch puppy purchase purity purse quick quit
quiz race rally rather raven ready real reason rebel rebuild receive reform refuse
regret reject rent require rescue resource retire retreat return reveal reward rich
rifle right riot risk ritual rose rough royal rude rule rural sadness safe same satoshi
save scare scatter scissors scorpion scrap prison second secret security seed sell
senior session seven shadow shaft shallow puzzle share sheriff shield shiver shock shoot
shoulder shove shrug sick siege sign silver similar since siren skin skirt skull slab
slam slice slim slogan slot slow slush small smoke snake sniff soldier someone soon
sorry soul spawn spend spider spike spirit split spoil squeeze still sting stock stomach
stool strike struggle stumble such sudden suffer summer supreme sure surge sentence
swallow swamp swarm service swear swing switch sword symptom simple tail talk tank
target tattoo tell tenant term thank that then theory there they thing this thought
three thumb thunder tired tissue tobacco today together toilet tomorrow tongue tonight
tooth topple torch tornado suspect toss trade tragic transfer trap trash trial tribe
trick trigger trouble true truly trust tube tumble turkey twelve twenty twice twin twist
type typical ugly unable unaware under undo unfair unhappy uniform unit universe unknown
unlock until unusual update upgrade upon upset used useful useless usual vacant valid
vanish verify very veteran vicious visa visit vague void volcano vote wage wait walk
want warfare warrior wasp waste wealth weapon weasel wedding weekend weird welcome what
wheel when where whisper wife wild will wine wink virus wish wolf woman wonder word work
worry worth wrap wreck wrestle wrist write wrong year yellow young zero
"""

STOPS: dict[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
}
